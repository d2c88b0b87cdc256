// What a page starts as its worker. All that it does is imported on demand, since browsers keep the compiled code of what is imported so,
// and compile a worker's own script at each visit.
import type { WorkerMessage } from '../worker-protocol.js';
import type { MessageEventLike } from '../store/platform.js';

declare const postMessage: (message: WorkerMessage) => void;
declare const addEventListener: (type: 'message', listener: (event: MessageEventLike) => void) => void;

const answering = import('./host.js');
addEventListener('message', ({ data }) => void answering.then(({ handleMessage }) => handleMessage(data), ignored));
answering.then(
  () => postMessage({ type: 'ready' }),
  (error: unknown) => {
    // The page hears of what nobody catches.
    setTimeout(() => {
      throw error;
    });
  },
);

function ignored(): void {}
