import { z } from 'zod';
import { AskdexError, shown } from '../../core/errors.js';
import type { Manifest } from '../../core/manifest.js';
import { checksumOf } from './checksum.js';
import { isFileName, isGenerationName } from './names.js';

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
const countSchema = z.number().int().min(0);

// The order of the members is the order in the JSON that the checksum is taken of.
const manifestSchema = z.strictObject({
  format: z.literal(1),
  generation: z.string().refine(isGenerationName, 'not the name of a generation'),
  createdAt: z.iso.datetime(),
  sequence: countSchema,
  contentHash: sha256Schema,
  askdex: z.string(),
  analyzer: z.string(),
  documents: countSchema,
  files: z.array(
    z.strictObject({
      name: z.string().refine(isFileName, 'not a plain file name'),
      size: countSchema,
      sha256: sha256Schema,
    }),
  ),
  checksum: sha256Schema,
});

/** The bytes of `manifest.json`. */
export function manifestBytes(manifest: Manifest): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
}

/** Reads the manifest of the generation named; throws `index_damaged` naming the generation and what is wrong. */
export function parseManifest(bytes: Uint8Array, generation: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged(generation, 'its manifest is not JSON', error);
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw damaged(generation, wrongShape(parsed.error));
  const { checksum, ...body } = parsed.data;
  if (checksumOf(body) !== checksum)
    throw damaged(generation, 'its manifest does not match its own checksum');
  if (body.generation !== generation)
    throw damaged(generation, `its manifest names another generation, ${shown(body.generation)}`);
  if (new Set(body.files.map((file) => file.name)).size !== body.files.length)
    throw damaged(generation, 'its manifest names a file twice');
  return parsed.data;
}

/** `index_damaged` for a generation. */
export function damaged(generation: string, what: string, cause?: unknown): AskdexError {
  return new AskdexError('index_damaged', `The generation ${shown(generation)} is damaged: ${what}.`, {
    remedy: 'Build again with `askdex index`, or go back with `askdex rollback`.',
    cause,
  });
}

function wrongShape(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'its manifest has a wrong shape';
  const place = issue.path.length === 0 ? 'its manifest' : `${shown(issue.path.join('.'))} of its manifest`;
  return `${place} is wrong (${issue.message})`;
}
