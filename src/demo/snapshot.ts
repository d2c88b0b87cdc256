import { openSnapshot, type AskdexError, type Snapshot } from '../client/index.js';
import { byId } from '../page/dom.js';

const ui = {
  note: byId('snapshot', HTMLElement),
  progress: byId('progress', HTMLProgressElement),
};

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function tell(text: string): void {
  ui.note.textContent = text;
}

function describe({ manifest }: Pick<Snapshot, 'manifest'>): string {
  const questions = `${manifest.documents.toLocaleString('en')} ${manifest.documents === 1 ? 'question' : 'questions'}`;
  return `${questions} of ${new Date(manifest.createdAt).toLocaleDateString('en', { dateStyle: 'medium' })}`;
}

let ready = '';

/** Whether the page would come up again without a network, and the snapshot with it. */
function tellReady(snapshot: Pick<Snapshot, 'manifest'>): void {
  const offline = navigator.serviceWorker?.controller !== null && navigator.serviceWorker !== undefined;
  ready = `${describe(snapshot)}${offline ? ' · works without a network' : ''}`;
  tell(ready);
}

/** The snapshot beside this page. */
export const opened: Promise<Snapshot> = openSnapshot('./', {
  onProgress({ stage, loaded, total }) {
    ui.progress.hidden = stage === 'decode' && loaded === total;
    ui.progress.max = total;
    ui.progress.value = loaded;
    tell(stage === 'decode' ? 'Unpacking…' : `Downloading ${megabytes(loaded)} of ${megabytes(total)}`);
  },
  onUpdate: (manifest) => tellReady({ manifest }),
  onProblem: (problem) => tellProblem(problem),
});

/** What keeps nobody from searching: said, and gone with the next thing that is. */
function tellProblem(problem: AskdexError): void {
  const without = problem.code === 'snapshot_unreachable';
  tell(without ? `${ready} · no network now` : problem.message);
}

opened.then(tellReady, () => tell('The questions could not be loaded.'));
if ('serviceWorker' in navigator) {
  navigator.serviceWorker
    .register('sw.js')
    .then(() => navigator.serviceWorker.ready)
    .then(async () => tellReady(await opened))
    .catch(() => undefined);
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    opened.then(tellReady).catch(() => undefined);
  });
}
