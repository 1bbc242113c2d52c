/**
 * How an attempt to hand a batch to a backend ended. Outcomes are values, because a network that fails is ordinary; they
 * are classified in one table (export/classify.ts).
 */
export type Outcome =
  /** The backend has it. `rejected` counts the records it took and refused (OTLP partial success); never sent again. */
  | { readonly kind: 'delivered'; readonly rejected: number; readonly detail: string | undefined }
  /** It may go well later: try the same bytes again, not before `retryAfterMs` where the backend said so. */
  | { readonly kind: 'retry'; readonly detail: string; readonly retryAfterMs: number | undefined }
  /** The batch is too big or holds a record that the backend does not take: halves may go through. */
  | { readonly kind: 'split'; readonly detail: string }
  /** It will never go well, whatever the size. */
  | { readonly kind: 'refused'; readonly detail: string };
