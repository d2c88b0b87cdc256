// The library door: what Node programs import as `askdex`.
export { createQueryLog, type QueryLog, type QueryLogOptions } from './app/query-log.js';
export { createTaskQueue, type Task, type TaskQueue, type TaskQueueOptions } from './app/tasks.js';
export type { Answer, Block, BlockKind, Document, Field, Range, RelatedLink } from './core/document.js';
export { AskdexError, ERROR_CODES, type ErrorCode } from './core/errors.js';
export type {
  DocumentView,
  Facets,
  Hit,
  RelatedHit,
  ScorePart,
  SearchAnswer,
  Snippet,
  Suggestion,
} from './core/hit.js';
export type { Manifest } from './core/manifest.js';
export type { Backend, Problem } from './core/ports.js';
export {
  queryOf,
  type DateFilter,
  type FacetField,
  type Filter,
  type Query,
  type Sort,
  type ValueFilter,
} from './core/query.js';
export type { BuildProgress, BuildReport, BuildStage, BuildWarning } from './core/report.js';
export { DEFAULT_SETTINGS, type Ranking, type SearchSettings } from './core/settings.js';
export { createApp, type AppOptions } from './http/app.js';
export { hashKey, keyVerifier } from './http/keys.js';
export { createMetrics, type Metrics } from './http/metrics.js';
export {
  DEFAULT_HTTP_SETTINGS,
  type HttpSettings,
  type Services,
  type SnapshotPort,
} from './http/services.js';
export {
  buildIndex,
  openIndex,
  type BuildIndexOptions,
  type OpenIndexOptions,
  type SiteSettings,
} from './library.js';
