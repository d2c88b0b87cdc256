import { AskdexError, openSnapshot, type Progress, type Snapshot, type SnapshotOptions } from '../../client/index.js';
import { byId } from '../dom.js';

const ui = {
  note: byId('snapshot', HTMLElement),
  progress: byId('progress', HTMLProgressElement),
};

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function showStatus(text: string): void {
  ui.note.textContent = text;
}

function describe({ manifest }: Pick<Snapshot, 'manifest'>): string {
  const questions = `${manifest.documents.toLocaleString('en')} ${manifest.documents === 1 ? 'question' : 'questions'}`;
  return `${questions} of ${new Date(manifest.createdAt).toLocaleDateString('en', { dateStyle: 'medium' })}`;
}

/** Whether all of the snapshot is here, and whether it is kept. */
let whole = false;
let kept = true;
let ready = '';

/** Fetches the rest while searches go on, unless the visitor pays for what is downloaded. */
async function loadAll(snapshot: Snapshot): Promise<void> {
  showReady(snapshot);
  const paid = 'connection' in navigator && Reflect.get(Object(navigator.connection), 'saveData') === true;
  if (snapshot.fill !== undefined && paid) return;
  try {
    await snapshot.fill?.(showProgress);
    whole = true;
  } finally {
    ui.progress.hidden = true;
    showReady(snapshot);
  }
}

/** Whether the page would come up again without a network, and the snapshot with it. */
function showReady(snapshot: Pick<Snapshot, 'manifest'>): void {
  const worker = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null;
  const offline = whole && kept && worker !== null;
  ready = `${describe(snapshot)}${offline ? ' · works without a network' : ''}`;
  showStatus(ready);
}

function showProgress({ loaded, total }: Progress): void {
  ui.progress.hidden = loaded === total;
  ui.progress.max = total;
  ui.progress.value = loaded;
  showStatus(`Downloading ${megabytes(loaded)} of ${megabytes(total)}`);
}

const callbacks: SnapshotOptions = {
  onProgress: showProgress,
  onUpdate: (manifest) => showReady({ manifest }),
  onProblem: (problem) => showProblem(problem),
};

/** The snapshot beside this page. */
export const opened: Promise<Snapshot> = open();

/** A first visitor need not wait for all of it, where it came without answers. */
async function open(): Promise<Snapshot> {
  try {
    return await openSnapshot('./', { ...callbacks, form: 'lazy' });
  } catch (error) {
    if (!(error instanceof AskdexError) || error.code !== 'invalid_parameter') throw error;
    return openSnapshot('./', callbacks);
  }
}

/** What keeps nobody from searching: said, and gone with the next thing that is. */
function showProblem(problem: AskdexError): void {
  if (problem.code === 'snapshot_unstored') kept = false;
  const without = problem.code === 'snapshot_unreachable';
  showStatus(without ? `${ready} · no network now` : problem.message);
}

opened.then(loadAll, () => showStatus('The questions could not be loaded.')).catch(() => undefined);
if ('serviceWorker' in navigator) {
  navigator.serviceWorker
    .register('sw.js')
    .then(() => navigator.serviceWorker.ready)
    .then(async () => showReady(await opened))
    .catch(() => undefined);
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    opened.then(showReady).catch(() => undefined);
  });
}
