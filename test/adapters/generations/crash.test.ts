import assert from 'node:assert/strict';
import type { GenerationStore } from '../../../src/core/model/ports.js';
import { type MemoryDisk, memoryDisk } from './memory-file-system.js';
import { type Faults, fakeProcess, faultyDisk, publish, testStore } from './support.js';

const KINDS = ['kill', 'error'] as const;
const running = (pid: number) => fakeProcess({ pid, running: { [pid]: `start of ${pid}` } });

interface Operation {
  readonly name: string;
  /** The state before the operation. */
  readonly before: (store: GenerationStore) => Promise<unknown>;
  readonly run: (store: GenerationStore) => Promise<unknown>;
  /** The contents that may be current afterwards. */
  readonly outcomes: readonly (string | null)[];
}

const OPERATIONS: readonly Operation[] = [
  {
    name: 'the first publication',
    before: () => Promise.resolve(),
    run: (s) => publish(s, 'one'),
    outcomes: [null, 'one'],
  },
  {
    name: 'a publication that prunes',
    before: async (s) => [await publish(s, 'zero'), await publish(s, 'one')],
    run: (s) => publish(s, 'two', { keep: 1 }),
    outcomes: ['one', 'two'],
  },
  {
    name: 'a rollback',
    before: async (s) => [await publish(s, 'zero'), await publish(s, 'one')],
    run: (s) => s.rollback(),
    outcomes: ['one', 'zero'],
  },
  {
    name: 'a publication over a held one',
    before: async (s) => [await publish(s, 'zero'), await publish(s, 'one'), await s.rollback()],
    run: (s) => publish(s, 'one', { force: true }),
    outcomes: ['zero', 'one'],
  },
  {
    name: 'a publication that takes over the lock of a dead process',
    before: async (s) => [await publish(s, 'one'), await s.lock()],
    run: (s) => publish(s, 'two'),
    outcomes: ['one', 'two'],
  },
];

async function contentOf(store: GenerationStore): Promise<string | null> {
  const current = await store.current();
  if (current === null) return null;
  const text = new TextDecoder().decode(await current.read('documents.json'));
  await current.read('index.bin');
  const [content] = JSON.parse(text) as [string];
  return content;
}

const FOLDER = '/index';

describe('a disk failure at any step', () => {
  for (const operation of OPERATIONS) {
    for (const kind of KINDS) {
      it(`leaves a usable index: ${operation.name}, ${kind}`, async () => {
        const origin = memoryDisk();
        await operation.before(testStore(FOLDER, { disk: origin, self: running(1) }));
        const steps = await stepsOf(operation, origin.copy());
        assert.ok(steps.length > 10, `${steps.length} steps are a real run`);
        for (const [index, halves] of steps.entries()) {
          for (const done of stagesOf(kind, halves))
            await tryFault(operation, origin.copy(), { at: index + 1, kind, done });
        }
      });
    }
  }
});

/** A kill after a step equals a kill before the next one, so only errors need three different moments. */
function stagesOf(kind: Faults['kind'], halves: boolean): readonly Faults['done'][] {
  return ['nothing', ...(halves ? (['half'] as const) : []), ...(kind === 'error' ? (['all'] as const) : [])];
}

async function stepsOf(operation: Operation, start: MemoryDisk): Promise<readonly boolean[]> {
  const disk = faultyDisk(start, { at: 0, kind: 'error', done: 'nothing' });
  await operation.run(testStore(FOLDER, { disk, self: running(2) }));
  return disk.steps();
}

async function tryFault(operation: Operation, disk: MemoryDisk, fault: Faults): Promise<void> {
  const where = `step ${fault.at}, ${fault.done} of it done`;
  // An operation may survive an error (such as failed pruning). Only the state afterwards counts.
  await operation.run(testStore(FOLDER, { disk: faultyDisk(disk, fault), self: running(2) })).catch(() => undefined);

  const after = testStore(FOLDER, { disk, self: running(3), now: () => Date.UTC(2030, 0, 1) });
  const content = await contentOf(after);
  assert.ok(operation.outcomes.includes(content), `${where}: ${content} is current`);
  for (const { generation } of await after.list()) await after.open(generation);

  await publish(after, 'next');
  assert.equal(await contentOf(after), 'next', `${where}: the next build`);
  const left = [...(await disk.list(FOLDER)), ...(await disk.list(`${FOLDER}/generations`))];
  assert.deepEqual(
    left.filter((name) => name.startsWith('.tmp-') || name === 'lock'),
    [],
    `${where}: leftovers`,
  );
}
