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

/** Whether the whole snapshot is downloaded, and whether it is stored. */
let whole = false;
let kept = true;
let ready = '';

/** Downloads the rest during searches, unless the visitor's browser saves data. */
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

/** Shows the snapshot's size and date, and whether page and snapshot are available without a network. */
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

/** Opens a snapshot without answers lazily, so that a first visitor does not wait for the whole download. */
async function open(): Promise<Snapshot> {
  try {
    return await openSnapshot('./', { ...callbacks, form: 'lazy' });
  } catch (error) {
    if (!(error instanceof AskdexError) || error.code !== 'invalid_parameter') throw error;
    return openSnapshot('./', callbacks);
  }
}

/** Shows a non-fatal problem in the status line until the next status replaces it. */
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
