-- A store as its first version wrote it.
CREATE TABLE documents (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  tenant TEXT,
  state TEXT,
  due_at INTEGER,
  created_at INTEGER,
  document TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX documents_by_state ON documents (kind, state, tenant);
CREATE INDEX documents_by_due ON documents (kind, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX documents_by_created ON documents (kind, tenant, created_at);
CREATE TABLE people (
  kind TEXT NOT NULL,
  person TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (kind, person, id),
  FOREIGN KEY (kind, id) REFERENCES documents (kind, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX people_by_document ON people (kind, id);
INSERT INTO documents (kind, id, due_at, created_at, document)
  VALUES ('act', 'act-00000000000000000000000000000001', 87400, 1000, '{"id":"act-00000000000000000000000000000001","at":1000}');
PRAGMA user_version = 1;
PRAGMA application_id = 1399026285;
