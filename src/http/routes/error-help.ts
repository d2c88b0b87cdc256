import type { ErrorCode } from '../../core/errors.js';

export interface ErrorHelp {
  readonly meaning: string;
  readonly remedy: string;
}

/** Meaning and remedy of each code. `docs/errors.md` and the page `/docs/errors` contain the same text. */
export const ERROR_HELP: Readonly<Record<ErrorCode, ErrorHelp>> = {
  unknown_parameter: {
    meaning: 'The query string has a parameter that the route does not know.',
    remedy: 'Check the spelling; the answer suggests the nearest name and lists the known ones.',
  },
  missing_parameter: {
    meaning: 'A parameter that this call needs is missing, such as `q` together with `similar=true`.',
    remedy: 'Add the parameter that the answer names.',
  },
  invalid_parameter: {
    meaning: 'A parameter has a value that is out of range or of the wrong kind, or is given more than once.',
    remedy: 'Give the value that the answer describes, once.',
  },
  invalid_filter: {
    meaning: 'A `filter` does not follow the grammar, names a field that cannot be filtered, or uses a negation.',
    remedy: 'Correct the position that the answer names; write for example `subject:"Medicine"` or `date>=2024-01-01`.',
  },
  query_too_long: {
    meaning: 'The query is longer than 2000 characters (UTF-16 units).',
    remedy: 'Shorten it; a few words that matter find more than a whole page of text.',
  },
  invalid_body: {
    meaning: 'The body is not valid JSON, or has a member that is unknown or of the wrong kind.',
    remedy: 'Send a JSON object with the members that the API description lists, or no body.',
  },
  malformed_request: {
    meaning: 'The request is not valid HTTP, or its percent-encoding is not UTF-8.',
    remedy: 'Percent-encode paths and values; a `%` itself is written `%25`.',
  },
  missing_key: {
    meaning: 'The route needs a key and the request has none.',
    remedy: 'Send the header `Authorization: Bearer KEY`.',
  },
  invalid_key: {
    meaning: 'The key is not one of those that this route accepts.',
    remedy: 'Check the key; a search key does not open the admin routes.',
  },
  route_not_found: {
    meaning: 'No route has this path.',
    remedy: 'Look the path up at `/docs`; behind a base path, every route begins with it.',
  },
  document_not_found: {
    meaning: 'No document of the served generation has this key.',
    remedy: "Give the document's url, percent-encoded as one segment; it may also have been removed from the content.",
  },
  task_not_found: {
    meaning: 'No task has this number, or it is older than the last hundred.',
    remedy: 'List the known tasks with `GET /v1/admin/tasks`.',
  },
  report_not_found: {
    meaning: 'No build has finished yet, so there is no report of one.',
    remedy: 'Request a build with `POST /v1/admin/reindex` and wait for its task.',
  },
  generation_not_found: {
    meaning: 'No generation of this name is retained.',
    remedy: 'Leave the name out to go back by one; only the last few generations are retained.',
  },
  file_not_found: {
    meaning: 'The snapshot has no file of this name.',
    remedy: 'Take the names from the manifest: `GET /v1/snapshots/latest`.',
  },
  method_not_allowed: {
    meaning: 'The path exists, but not with this method.',
    remedy: 'Use one of the methods that the `Allow` header lists.',
  },
  task_not_cancelable: {
    meaning: 'The task has already finished.',
    remedy: 'There is nothing to cancel; `POST /v1/admin/rollback` undoes what a build published.',
  },
  no_earlier_generation: {
    meaning: 'There is no generation before the served one to go back to.',
    remedy: 'Correct the content and build again.',
  },
  body_too_large: {
    meaning: 'The request body is larger than 16 KB.',
    remedy: 'Send the few members that the route takes, nothing else.',
  },
  url_too_long: {
    meaning: 'Path and query string together are longer than 8 KB.',
    remedy: 'Shorten the query or use fewer filters.',
  },
  unsupported_media_type: {
    meaning: 'The body is not JSON in UTF-8, or it is compressed.',
    remedy: 'Send `Content-Type: application/json` and a plain body.',
  },
  range_not_satisfiable: {
    meaning: 'The requested range begins beyond the end of the file.',
    remedy: 'Request bytes below the size that the manifest (and `Content-Range`) gives.',
  },
  headers_too_large: {
    meaning: "The request's headers are too large for the server.",
    remedy: 'Send fewer or smaller headers; cookies are a frequent cause.',
  },
  request_timeout: {
    meaning: 'The request did not arrive completely in time.',
    remedy: 'Send it again over a better connection.',
  },
  rate_limited: {
    meaning: 'Too many requests came from this address within a minute.',
    remedy: 'Wait for the number of seconds in the `Retry-After` header; raise `ASKDEX_RATE_LIMIT` for a busy site.',
  },
  internal: {
    meaning: 'An unexpected error occurred in the server. Details are in its log under the `requestId`.',
    remedy: 'Try again. If the error persists, look the `requestId` up in the log and report it.',
  },
  index_not_ready: {
    meaning: 'There is no index to search yet.',
    remedy: 'Wait for the first build; `GET /health/ready` answers 200 when it is done.',
  },
  snapshot_not_ready: {
    meaning: 'The files for clients are being built, once for each generation; a large index takes some seconds.',
    remedy: 'Try again after the number of seconds in the `Retry-After` header.',
  },
  invalid_configuration: {
    meaning: 'An environment variable, a member of the configuration file or a command line argument is not valid.',
    remedy: 'Correct the settings that the message lists; `askdex --help` shows each with its default.',
  },
  port_unavailable: {
    meaning:
      'The server cannot listen on this address and port: it is in use, forbidden, or not an address of this machine.',
    remedy: 'Stop the other program, or choose another `PORT` or `HOST`.',
  },
  content_unreadable: {
    meaning: 'The content folder or file does not exist or cannot be read.',
    remedy: 'Check `ASKDEX_CONTENT` and the permissions. The served index does not change.',
  },
  content_empty: {
    meaning: 'The content has no document that can be indexed.',
    remedy:
      'Check `ASKDEX_CONTENT`; `askdex check` lists what is wrong with each file. The served index does not change.',
  },
  golden_queries_failed: {
    meaning:
      'Golden queries of the configuration do not find their document first in what was built; nothing was published.',
    remedy: 'Correct the content, the settings or the golden queries. The served index does not change.',
  },
  index_unreadable: {
    meaning: 'The index folder cannot be read or written.',
    remedy: 'Check `ASKDEX_INDEX`, its permissions and the free space of the disk.',
  },
  index_damaged: {
    meaning: 'A file of a generation does not match its manifest.',
    remedy: 'Choose another generation, or build again with `askdex index --full`.',
  },
  index_locked: {
    meaning: 'Another build is using the index.',
    remedy: 'Wait until it is done and try again.',
  },
  snapshot_unwritable: {
    meaning: 'The folder that a snapshot is exported to cannot be written.',
    remedy: 'Check its rights and the free space of the disk.',
  },
  snapshot_unreachable: {
    meaning: 'A client cannot fetch a snapshot because of the network or because the response is not the file.',
    remedy: 'Check the URL and the connection, then try again.',
  },
  snapshot_untrusted: {
    meaning: 'A snapshot is not signed by the key that was given, or it is older than one that the caller has seen.',
    remedy: 'Check the public key and where the snapshot comes from; do not use it meanwhile.',
  },
  snapshot_unstored: {
    meaning:
      'A browser does not keep a snapshot: its storage is full, or closed to the page. Searching goes on with what was downloaded.',
    remedy:
      "Free some of the site's storage or ask for a persistent one; until then each visit downloads the snapshot.",
  },
  evaluation_invalid: {
    meaning: 'A file given to `askdex eval` is missing, or one of its lines is invalid.',
    remedy: 'Correct the line that the message names; `askdex eval --help` describes the format of each file.',
  },
  build_timeout: {
    meaning: 'A build exceeded its time limit and was ended; the served index does not change.',
    remedy: 'Look at the log for the file it stopped at; a very large content needs a longer limit.',
  },
  build_canceled: {
    meaning: 'A build was canceled; the served index does not change.',
    remedy: 'Request another when you are ready.',
  },
  build_failed: {
    meaning: 'A build ended with an unexpected error; the served index does not change.',
    remedy: "Look at the task's error and at the log, and report it.",
  },
};
