/**
 * The schema `fieldwarden`, in the order in which it grew: version = place in this list, counted from 1. What has been released
 * is never changed, only added to. Generations and audit are append-only: the database itself refuses anything else.
 */
export const migrations: readonly string[] = [
  `
  create table fieldwarden.site (
    name              text primary key,
    draft_revision    bigint not null default 0,
    draft_base        bigint,
    draft_edited      boolean not null default false,
    draft_updated_at  timestamptz,
    draft_author      text,
    -- JSON string, gzip; null while there is no draft
    draft_text        bytea
  );

  create table fieldwarden.generation (
    site              text not null references fieldwarden.site (name),
    generation        bigint not null check (generation > 0),
    published_at      timestamptz not null,
    author            text not null,
    message           text not null,
    sha256            text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    drivers           integer not null,
    tags              integer not null,
    rollback_of       bigint,
    -- JSON, gzip; kept as it is: compressing it again is in vain
    document          bytea not null,
    primary key (site, generation)
  );
  alter table fieldwarden.generation alter column document set storage external;

  create table fieldwarden.audit (
    site              text not null references fieldwarden.site (name),
    id                bigint generated always as identity,
    at                timestamptz not null,
    action            text not null,
    author            text not null,
    via               text not null,
    generation        bigint,
    message           text not null,
    correlation_id    text not null,
    primary key (site, id)
  );

  create function fieldwarden.append_only() returns trigger language plpgsql as $body$
  begin
    raise exception 'fieldwarden.% is append-only: % is not allowed', tg_table_name, tg_op using errcode = 'restrict_violation';
  end $body$;

  create trigger append_only before update or delete or truncate on fieldwarden.generation
    for each statement execute function fieldwarden.append_only();
  create trigger append_only before update or delete or truncate on fieldwarden.audit
    for each statement execute function fieldwarden.append_only();
  `,
  `
  alter table fieldwarden.generation
    add column source_sha256 text,
    add column source_file   text,
    -- JSON string, gzip; null where the document came as plain values
    add column source_text   bytea;
  alter table fieldwarden.generation alter column source_text set storage external;
  `,
];
