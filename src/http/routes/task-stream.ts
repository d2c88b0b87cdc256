import type { Request, Response } from 'express';
import { isFinished, type Task } from '../../app/tasks/task.js';
import type { Services } from './services.js';

/** Proxies close connections that are silent for 30 to 60 seconds. */
const HEARTBEAT_MS = 15_000;

export interface TaskStreamOptions {
  readonly request: Request;
  readonly response: Response;
  readonly services: Pick<Services, 'tasks' | 'stopping'>;
  readonly uid: number;
  /** Calls `callback` every `ms` milliseconds until the returned function is called; default: a timer. */
  readonly every?: (ms: number, callback: () => void) => () => void;
}

/**
 * Sends a task's progress as server-sent events: the current state, each change, and `done` at the end. The stream also
 * ends if the caller disconnects or the server stops. The subscription ends with the connection.
 */
export function streamTask({ request, response, services, uid, every = timer }: TaskStreamOptions): void {
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    // nginx buffers responses by default.
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  let ended = false;
  const endings: (() => void)[] = [];
  const finish = (): void => {
    if (ended) return;
    ended = true;
    for (const end of endings) end();
    response.end();
  };
  const send = (task: Task): void => {
    if (ended) return;
    const done = isFinished(task);
    // A slow reader may miss intermediate steps, but never the end.
    if (done || !response.writableNeedDrain)
      response.write(done ? formatEvent('done', task) : formatEvent('progress', progressOf(task)));
    if (done) finish();
  };

  response.once('close', finish);
  services.stopping?.addEventListener('abort', finish, { once: true });
  endings.push(
    () => services.stopping?.removeEventListener('abort', finish),
    every(HEARTBEAT_MS, () => response.write(': still here\n\n')),
    services.tasks.subscribe(uid, send),
  );
  send(services.tasks.get(uid));
}

function progressOf({ uid, status, progress }: Task): object {
  return { uid, status, stage: progress?.stage ?? null, percent: progress?.percent ?? 0 };
}

function formatEvent(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function timer(ms: number, callback: () => void): () => void {
  const handle = setInterval(callback, ms).unref();
  return () => clearInterval(handle);
}
