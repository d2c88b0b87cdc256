import assert from 'node:assert/strict';
import { Stats } from 'node:fs';
import { readWholeFile, type FileSystemCalls } from '../../../src/adapters/markdown/read-file.js';

interface Step {
  readonly text: string;
  readonly mtime: number;
  readonly size?: number;
}

function statsOf({ text, mtime, size }: Step): Stats {
  return Object.assign(Object.create(Stats.prototype) as Stats, {
    mtimeMs: mtime,
    ino: 1,
    size: size ?? text.length,
    mode: 0o100644,
  });
}

/** File system calls that show one state of the file after another, one for each opening. */
function showing(...steps: readonly Step[]): {
  calls: FileSystemCalls;
  counts: { opened: number; closed: number };
} {
  const counts = { opened: 0, closed: 0 };
  const step = () => steps[Math.min(counts.opened, steps.length) - 1]!;
  const calls: FileSystemCalls = {
    open: () => (counts.opened += 1),
    read: (_descriptor, buffer, offset) => buffer.write(step().text.slice(offset, offset + 2), offset),
    stat: () => statsOf(step()),
    close: () => (counts.closed += 1),
  };
  return { calls, counts };
}

function failing(call: keyof FileSystemCalls, code: string): { calls: FileSystemCalls; counts: { closed: number } } {
  const { calls, counts } = showing({ text: 'abc', mtime: 1 });
  const fail = () => {
    throw Object.assign(new Error(code), { code });
  };
  return { calls: { ...calls, [call]: fail }, counts };
}

describe('reading a file', () => {
  it('returns the bytes if the file is as it was listed', () => {
    const { calls, counts } = showing({ text: 'abcde', mtime: 1 });
    const read = readWholeFile('x', '1-1-5', calls);
    assert.ok(read.ok);
    assert.equal(read.bytes.toString(), 'abcde');
    assert.deepEqual(counts, { opened: 1, closed: 1 });
  });

  it('repeats until two reads agree if the file has changed', () => {
    const { calls, counts } = showing({ text: 'ab', mtime: 2 }, { text: 'abcd', mtime: 3 }, { text: 'abcd', mtime: 3 });
    const read = readWholeFile('x', '1-1-5', calls);
    assert.ok(read.ok);
    assert.deepEqual([read.bytes.toString(), read.version, counts.opened, counts.closed], ['abcd', '3-1-4', 3, 3]);
  });

  it('gives up if the file keeps changing or its size is wrong', () => {
    const changing = showing({ text: 'a', mtime: 2 }, { text: 'ab', mtime: 3 }, { text: 'abc', mtime: 4 });
    assert.deepEqual(codeOf(readWholeFile('x', '1-1-5', changing.calls)), 'file_changed');
    const torn = showing(
      { text: 'a', mtime: 1, size: 5 },
      { text: 'ab', mtime: 1, size: 5 },
      { text: 'abc', mtime: 2, size: 5 },
    );
    assert.deepEqual(codeOf(readWholeFile('x', '1-1-5', torn.calls)), 'file_changed');
  });

  for (const [call, code, expected] of [
    ['open', 'ENOENT', 'file_vanished'],
    ['open', 'EACCES', 'file_unreadable'],
    ['open', 'ELOOP', 'file_changed'],
    ['open', 'EMFILE', 'file_unreadable'],
    ['open', 'ENXIO', 'file_not_regular'],
    ['read', 'EIO', 'file_unreadable'],
    ['read', 'EISDIR', 'file_not_regular'],
    ['stat', 'EIO', 'file_unreadable'],
  ] as const) {
    it(`ends with ${expected} and closes the file if ${call} fails with ${code}`, () => {
      const { calls, counts } = failing(call, code);
      assert.equal(codeOf(readWholeFile('x', '1-1-3', calls)), expected);
      assert.equal(counts.closed, call === 'open' ? 0 : 1);
    });
  }
});

function codeOf(read: ReturnType<typeof readWholeFile>): string | null {
  return read.ok ? null : read.code;
}
