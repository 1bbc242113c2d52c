/**
 * The points of the pipeline at which a sudden end of the process matters most. Tests end it there; a collector at work is
 * given none.
 */
export type Mark = (point: MarkedPoint) => void;

export type MarkedPoint =
  /** New events were decoded; nothing of them is kept yet. */
  | 'receiver.read'
  /** Entries and state are written, their transaction is open. */
  | 'journal.written'
  /** It is committed; no exporter has been told. */
  | 'journal.committed'
  /** Entries were leased and mapped; nothing was sent. */
  | 'lane.leased'
  /** A batch is about to be sent. */
  | 'lane.sending'
  /** The backend answered; nothing of it is kept yet. */
  | 'lane.answered'
  /** Cursors are written, their transaction is open. */
  | 'journal.acknowledging'
  /** It is committed. */
  | 'journal.acknowledged'
  /** Delivered entries were deleted, the transaction is open. */
  | 'journal.deleting'
  /** The state of the fold is written, its transaction is open. */
  | 'journal.folding';
