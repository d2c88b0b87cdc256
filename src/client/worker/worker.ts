// The script of the worker. It imports everything dynamically, since browsers cache the compiled code of such imports
// but
// compile a worker's own script at each visit.
import type { WorkerMessage } from '../worker-protocol.js';
import type { MessageEventLike } from '../store/platform.js';

declare const postMessage: (message: WorkerMessage) => void;
declare const addEventListener: (type: 'message', listener: (event: MessageEventLike) => void) => void;

const answering = import('./host.js');
addEventListener('message', ({ data }) => void answering.then(({ handleMessage }) => handleMessage(data), ignored));
answering.then(
  () => postMessage({ type: 'ready' }),
  (error: unknown) => {
    // An uncaught error reaches the page as an error event.
    setTimeout(() => {
      throw error;
    });
  },
);

function ignored(): void {}
