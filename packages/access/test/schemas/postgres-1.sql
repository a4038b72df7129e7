-- A store as its first version wrote it.
CREATE SCHEMA scrim_access;
CREATE TABLE scrim_access.schema_migrations (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
INSERT INTO scrim_access.schema_migrations (version) VALUES (1);
CREATE TABLE scrim_access.documents (
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  tenant text COLLATE "C",
  state text COLLATE "C",
  people text[] COLLATE "C" NOT NULL,
  due_at bigint,
  created_at bigint,
  document text NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE INDEX documents_by_state ON scrim_access.documents (kind, state, tenant);
CREATE INDEX documents_by_due ON scrim_access.documents (kind, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX documents_by_created ON scrim_access.documents (kind, tenant, created_at);
CREATE INDEX documents_by_people ON scrim_access.documents USING gin (people);
CREATE TABLE scrim_access.changes (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  number bigint NOT NULL,
  schema_version integer NOT NULL
);
INSERT INTO scrim_access.changes (number, schema_version) VALUES (7, 1);
INSERT INTO scrim_access.documents (kind, id, people, due_at, created_at, document)
  VALUES ('act', 'act-00000000000000000000000000000001', '{}', 87400, 1000, '{"id":"act-00000000000000000000000000000001","at":1000}');
