# As LiteLLM's image starts: the database is brought up to date, then the gateway begins. The Prisma engine is that of dev/litellm.
set -eu
export PRISMA_BINARY_CACHE_DIR=/opt/engine PRISMA_QUERY_ENGINE_BINARY=/opt/engine/query-engine PRISMA_SCHEMA_ENGINE_BINARY=/opt/engine/query-engine
export PYTHON_GC_THRESHOLD=100000,50,50 # see dev/litellm/up
case ${KIT_FAULT:-} in
  ends) echo 'ImportError: the image is broken' >&2 && exit 1 ;;
  hangs) exec sleep infinity ;;
esac
[ "${DISABLE_SCHEMA_UPDATE:-}" = true ] || node /opt/engine/db.js migrate "$DATABASE_URL" /app/migrations
if [ "${KIT_FAULT:-}" = migrates-and-ends ]; then
  # A migration of its own, and then no gateway.
  cd /opt/engine
  # shellcheck disable=SC2016 # JavaScript, and SQL in it
  node -e '
      const { Client } = require("pg");
      const client = new Client({ connectionString: process.env.DATABASE_URL });
      client.connect().then(() => client.query(`create table if not exists "KitFault" (id int);
        insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) select $$kit-fault$$, $$-$$, $$99990101000000_fault$$, now(), 1
        where not exists (select from _prisma_migrations where id = $$kit-fault$$)`)).then(() => client.end());'
  echo 'ImportError: the image is broken after its migration' >&2 && exit 1
fi
cd /tmp
DISABLE_SCHEMA_UPDATE=true exec /app/.venv/bin/litellm "$@"
