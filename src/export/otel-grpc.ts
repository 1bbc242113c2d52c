/** The door to gRPC. Imported only where a gRPC exporter is configured: it costs 50 ms of start-up. */
export type { ServiceError } from '@grpc/grpc-js';
export { Client, connectivityState, credentials, Metadata } from '@grpc/grpc-js';
