/** Calls back once, `ms` from now; returns how to forget it. Tests give one that they move by hand. */
export type Timer = (ms: number, call: () => void) => () => void;

/** The machine's own timer; it does not keep the process alive. */
export const systemTimer: Timer = (ms, call) => {
  const timer = setTimeout(call, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
