/**
 * Makes what takes long for one asker at a time, however many ask. Who asks while it is being made gets the next one, together
 * with everybody else who waits by then: so nobody gets what is older than the question.
 */
export function oneAtATime<Made>(make: () => Made | Promise<Made>): () => Promise<Made> {
  let current: Promise<Made> | undefined;
  let next: Promise<Made> | undefined;
  const begin = (): Promise<Made> => {
    next = undefined;
    const making = (async () => make())();
    const over = () => {
      if (next === undefined) current = undefined;
    };
    making.then(over, over);
    current = making;
    return making;
  };
  return () => {
    if (current === undefined) return begin();
    next ??= current.then(begin, begin);
    return next;
  };
}
