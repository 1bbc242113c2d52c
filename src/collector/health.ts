/** What whoever runs a collector needs to have it watched, so that nobody above needs to know the stages. */
export { createOwnLog, type OwnLog } from '../export/own-log.ts';
export { ask } from '../telemetry/ask.ts';
export { imbalances, sumsOf } from '../telemetry/balance.ts';
export { addressText, askableAt, type ListenAddress, parseListen } from '../telemetry/listen.ts';
export { teed } from '../telemetry/log.ts';
export { readStatus, type ToldStatus } from '../telemetry/read-status.ts';
export { createHealthServer, type HealthServer } from '../telemetry/server.ts';
