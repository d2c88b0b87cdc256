/** Milliseconds of computing that `action` took in this process. Unlike a clock, it does not count other programs. */
export function cpuTimeOf(action: () => void): number {
  const started = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}
