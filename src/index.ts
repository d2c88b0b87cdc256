// The library: what Node programs import as `askdex`.
export { createQueryLog, type QueryLog, type QueryLogOptions } from './app/query-log.js';
export { createTaskQueue, type Task, type TaskQueue, type TaskQueueOptions } from './app/tasks/task-queue.js';
export type {
  Answer,
  Block,
  BlockKind,
  Document,
  Field,
  TextRange as Range,
  RelatedLink,
} from './core/model/document.js';
export { AskdexError, ERROR_CODES, type ErrorCode } from './core/errors.js';
export type {
  DocumentView,
  Facets,
  Hit,
  RelatedHit,
  ScorePart,
  SearchResponse as SearchAnswer,
  Snippet,
  Suggestion,
} from './core/model/search-response.js';
export type { Manifest } from './core/model/generation-manifest.js';
export type { Backend, Problem } from './core/model/ports.js';
export {
  queryOf,
  type DateFilter,
  type FacetField,
  type Filter,
  type Query,
  type Sort,
  type ValueFilter,
} from './core/model/query.js';
export type { BuildProgress, BuildReport, BuildStage, BuildWarning } from './core/model/build-report.js';
export { DEFAULT_SETTINGS, type Ranking, type SearchSettings } from './core/model/settings.js';
export { createApp, type AppOptions } from './http/app.js';
export { hashKey, keyVerifier } from './http/security.js';
export { createMetrics, type Metrics } from './http/routes/metrics.js';
export {
  DEFAULT_HTTP_SETTINGS,
  type HttpSettings,
  type Services,
  type SnapshotCachePort as SnapshotPort,
} from './http/routes/services.js';
export { buildIndex, openIndex, type BuildIndexOptions, type OpenIndexOptions, type SiteSettings } from './library.js';
