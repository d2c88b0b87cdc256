import { sha256 } from '../../sha256.js';
import type { Response } from 'express';
import { z } from 'zod';
import { AskdexError, quoteForMessage } from '../../core/errors.js';
import type { Manifest, ManifestFile } from '../../core/model/generation-manifest.js';
import { INDEX_FILE } from '../../core/index/format/container.js';
import {
  BROTLI_ENDING,
  compressedFile,
  GZIP_ENDING,
  TEXT_MODES,
  type SnapshotManifest,
  type TextMode,
} from '../../core/model/snapshot-manifest.js';
import { sendFile, type FileVariant } from './send-file.js';
import * as examples from '../openapi/examples.js';
import { getRoute, okAnswer, pathParameter, type Route } from '../openapi/route.js';
import { noParameters, snapshotParameters } from './request-schemas.js';
import type { Services, SnapshotCachePort } from './services.js';
import { snapshotAnswer } from '../openapi/response-schemas.js';

/** A generation never changes, and neither do its snapshot files. */
const IMMUTABLE = 'max-age=31536000, immutable';
/** For example `full-index.askdex`: the text mode, then the file's name in the manifest. */
const FILE = /^(none|full)-(.+)$/;

/** The routes for the newest snapshot's manifest and for the files of all retained snapshots. */
export function snapshotRoutes(services: Services, snapshots: SnapshotCachePort): Route[] {
  return [latestRoute(services, snapshots), fileRoute(services, snapshots)];
}

/** The prefix of each file's name, relative to the manifest's URL. */
export function servedPrefix(generation: string, text: TextMode): string {
  return `${generation}/${text}-`;
}

function latestRoute(services: Services, snapshots: SnapshotCachePort): Route {
  return getRoute({
    path: '/v1/snapshots/latest',
    id: 'latestSnapshot',
    tag: 'Snapshots',
    summary: 'The manifest of the served generation, for clients that search by themselves',
    description:
      "To get a file's URL, replace `latest` in this URL by `prefix` and the file's name. The files are built at the first " +
      'request for a generation. Until then the response is 503 with `Retry-After`.',
    access: 'search',
    query: snapshotParameters,
    answers: okAnswer('The manifest.', snapshotAnswer, examples.snapshot),
    errors: ['index_not_ready', 'snapshot_not_ready'],
    async handle({ request, response, parameters: { text } }) {
      const served = services.backend()?.manifest;
      if (served === undefined) {
        throw new AskdexError('index_not_ready', 'There is no index to download yet.', {
          remedy: 'Wait for the first build to finish; /health/ready then responds with 200.',
        });
      }
      const made = await getOrStartBuild(snapshots, served, text);
      const manifest = servedUnder(made, served);
      cached(services, response, 'no-cache');
      response.set('ETag', `"${manifest.checksum.slice(0, 32)}"`);
      if (request.fresh) response.status(304).end();
      else response.json(manifest);
    },
  });
}

function fileRoute(services: Services, snapshots: SnapshotCachePort): Route {
  return getRoute({
    path: '/v1/snapshots/{generation}/{file}',
    id: 'snapshotFile',
    tag: 'Snapshots',
    summary: 'A file of a snapshot',
    description:
      'The file never changes. If the caller accepts brotli or gzip (`Accept-Encoding`) and the snapshot has the file in ' +
      'that encoding, as it has `index.askdex`, it is sent with that `Content-Encoding`. Each encoding has its own ETag. ' +
      'A single byte range is taken from the plain file (`206`). `If-Range` is supported.',
    access: 'search',
    pathParameters: {
      generation: { description: 'As the manifest names it.', example: examples.snapshot.generation },
      file: {
        description: "The text mode, a hyphen and the file's name.",
        example: `full-${INDEX_FILE}`,
      },
    },
    query: noParameters,
    answers: [200, 206].map((status) => ({
      status,
      description: status === 200 ? 'The file.' : 'The requested range.',
      contentType: 'application/octet-stream',
      schema: z.string().meta({ format: 'binary' }),
    })),
    errors: ['generation_not_found', 'file_not_found', 'range_not_satisfiable', 'snapshot_not_ready'],
    async handle({ request, response }) {
      const generation = pathParameter(request, 'generation');
      const { text, name } = fileParts(pathParameter(request, 'file'));
      const manifest = await manifestOf({ services, snapshots }, generation, text);
      const file = [...manifest.files, ...manifest.deltas].find((one) => one.name === name);
      if (file === undefined) throw fileNotFound(pathParameter(request, 'file'));
      cached(services, response, IMMUTABLE);
      const path = (found: string): string => snapshots.filePath(generation, text, found);
      await sendFile(request, response, fileVariants(file, manifest, path));
    },
  });
}

interface Sources {
  readonly services: Services;
  readonly snapshots: SnapshotCachePort;
}

async function manifestOf(
  { services, snapshots }: Sources,
  generation: string,
  text: TextMode,
): Promise<SnapshotManifest> {
  const served = services.backend()?.manifest;
  if (served?.generation === generation) return getOrStartBuild(snapshots, served, text);
  const made = await snapshots.get(generation, text);
  if (made !== null) return made;
  throw new AskdexError(
    'generation_not_found',
    `There is no snapshot of a generation ${quoteForMessage(generation)}.`,
    {
      parameter: 'generation',
      remedy: 'Fetch the newest manifest: /v1/snapshots/latest.',
    },
  );
}

/**
 * Returns the snapshot. If it does not exist yet, its build is started.
 *
 * @throws {AskdexError} snapshot_not_ready: it is being built
 */
async function getOrStartBuild(
  snapshots: SnapshotCachePort,
  { generation }: Manifest,
  text: TextMode,
): Promise<SnapshotManifest> {
  const made = await snapshots.get(generation, text);
  if (made !== null) return made;
  snapshots.startBuild(generation, text);
  throw new AskdexError('snapshot_not_ready', `The snapshot of generation ${generation} is being built.`, {
    remedy: 'Try again after the number of seconds in the Retry-After header.',
  });
}

/** A rollback gives an old generation a new `sequence`, which the manifest has to contain. */
function servedUnder(made: SnapshotManifest, { sequence }: Manifest): SnapshotManifest {
  if (made.sequence === sequence) return made;
  const { checksum: _checksum, signature: _signature, ...body } = { ...made, sequence };
  return { ...body, checksum: sha256(JSON.stringify(body)) };
}

function fileParts(file: string): { readonly text: TextMode; readonly name: string } {
  const [, mode, name = ''] = FILE.exec(file) ?? [];
  const text = TEXT_MODES.find((one) => one === mode);
  if (text === undefined) throw fileNotFound(file);
  return { text, name };
}

function fileNotFound(file: string): AskdexError {
  return new AskdexError('file_not_found', `The snapshot has no file ${quoteForMessage(file)}.`, {
    parameter: 'file',
    remedy: "Take the names from the manifest: its prefix followed by the file's name.",
  });
}

/** The plain file and its encoded variants. */
function fileVariants(file: ManifestFile, manifest: SnapshotManifest, path: (name: string) => string): FileVariant[] {
  const encoded = [
    ['br', BROTLI_ENDING],
    ['gzip', GZIP_ENDING],
  ] as const;
  return [
    ...encoded.flatMap(([encoding, ending]) => {
      const found = compressedFile(manifest, file.name, ending);
      return found === null ? [] : [{ ...described(found, path), encoding }];
    }),
    { ...described(file, path), encoding: null },
  ];
}

function described({ name, size, sha256 }: ManifestFile, path: (name: string) => string) {
  return { path: path(name), size, etag: `"${sha256.slice(0, 32)}"` };
}

function cached({ settings }: Services, response: Response, directives: string): void {
  response.set('Cache-Control', `${settings.searchKeyRequired ? 'private' : 'public'}, ${directives}`);
  if (settings.searchKeyRequired) response.vary('Authorization');
}
