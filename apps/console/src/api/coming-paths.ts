import type {
  About,
  ConfigAudit,
  ConfigDiff,
  CsvImportAnswer,
  CsvImportRequest,
  DiffRequest,
  Draft,
  DraftRequest,
  DriverCurves,
  GenerationDetail,
  GenerationList,
  PublishAnswer,
  PublishRequest,
  RollbackRequest,
  SessionAnswer,
  SessionRequest,
  TagHistory,
  ValidateRequest,
  ValidationAnswer,
  WatchedTagsRequest,
} from '@fieldwarden/admin-contract';

/**
 * Routes of the contract in the form of the generated types, for as long as the OpenAPI document does not describe them:
 * what the document says of a route goes before what stands here.
 */
export interface ComingPaths {
  '/session': {
    get: Operation<SessionAnswer>;
    post: Operation<SessionAnswer, SessionRequest>;
    delete: Operation<SessionAnswer>;
  };
  '/about': { get: Operation<About> };
  '/schema/plant': { get: Operation<Record<string, unknown>> };
  '/drivers/{id}/curves': { get: Operation<DriverCurves, never, { id: string }> };
  '/tags/history': { get: Operation<TagHistory, never, never, { path: string; from?: string; to?: string }> };
  '/events/streams/{stream}/tags': { put: Operation<unknown, WatchedTagsRequest, { stream: string }> };
  '/config/generations': { get: Operation<GenerationList, never, never, { limit?: number; cursor?: string }> };
  '/config/generations/{generation}': { get: Operation<GenerationDetail, never, { generation: number }> };
  '/config/draft': { get: Operation<Draft>; put: Operation<Draft, DraftRequest> };
  '/config/validate': { post: Operation<ValidationAnswer, ValidateRequest> };
  '/config/publish': { post: Operation<PublishAnswer, PublishRequest> };
  '/config/rollback': { post: Operation<PublishAnswer, RollbackRequest> };
  '/config/diff': {
    get: Operation<ConfigDiff, never, never, { from?: string; to?: string }>;
    post: Operation<ConfigDiff, DiffRequest>;
  };
  '/config/export': { get: Operation<string, never, never, { format: 'yaml' | 'csv'; generation?: number }> };
  '/config/import-csv': { post: Operation<CsvImportAnswer, CsvImportRequest> };
  '/config/audit': { get: Operation<ConfigAudit> };
}

type Operation<Answer, Body = never, Path = never, Query = never> = BodyOf<Body> & {
  parameters: Parameters<Path, Query>;
  responses: { 200: { headers: Record<string, unknown>; content: { 'application/json': Mutable<Answer> } } };
};

type BodyOf<Body> = [Body] extends [never]
  ? { requestBody?: never }
  : { requestBody: { content: { 'application/json': Body } } };

type Parameters<Path, Query> = { header?: never; cookie?: never } & ([Path] extends [never]
  ? { path?: never }
  : { path: Path }) &
  ([Query] extends [never] ? { query?: never } : { query?: Query });

/** As the generator writes types: the client's own helpers do not see through readonly arrays. */
type Mutable<T> = unknown extends T
  ? T
  : T extends readonly (infer Item)[]
    ? Mutable<Item>[]
    : T extends object
      ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
      : T;
