# What ./scripts/deploy does where there is nothing yet, in this order. Where there is something, it leaves out what is
# there. Tools are those of ./scripts/with; $TURSO_AUTH_TOKEN and the like stand for values that nobody is shown.
export CLOUDFLARE_ACCOUNT_ID=0123456789abcdef0123456789abcdef

# ── Who deploys
# build the command line at-run
./scripts/build cli
# look
wrangler whoami --json
at-run whoami --json --profile work

# ── Bucket and queues
# build the runner
./scripts/build dispatcher
# build the video bundle
./scripts/build vod
# look
wrangler r2 bucket info staging --json
wrangler queues info staging-work
wrangler queues info staging-dead
# the bucket for proofs, modules and what bundles keep
wrangler r2 bucket create staging
# the queue for runs of jobs and tasks
wrangler queues create staging-work
# the queue for what that one gave up
wrangler queues create staging-dead

# ── Runner
# the runner's configuration
mkdir -p target/deploy/staging/runner && cat >target/deploy/staging/runner/wrangler.json <<'END'
{
  "name": "staging-runner",
  "compatibility_date": "2026-11-17",
  "compatibility_flags": [
    "global_fetch_strictly_public"
  ],
  "worker_loaders": [
    {
      "binding": "LOADER"
    }
  ],
  "r2_buckets": [
    {
      "binding": "BUCKET",
      "bucket_name": "staging"
    }
  ],
  "durable_objects": {
    "bindings": [
      {
        "name": "LEDGER",
        "class_name": "Ledger"
      },
      {
        "name": "JOURNAL",
        "class_name": "Journal"
      }
    ]
  },
  "migrations": [
    {
      "tag": "ledger",
      "new_sqlite_classes": [
        "Ledger"
      ]
    },
    {
      "tag": "journal",
      "new_sqlite_classes": [
        "Journal"
      ]
    }
  ],
  "triggers": {
    "crons": [
      "* * * * *"
    ]
  },
  "queues": {
    "producers": [
      {
        "binding": "QUEUE",
        "queue": "staging-work"
      }
    ],
    "consumers": [
      {
        "queue": "staging-work",
        "max_batch_size": 1,
        "max_batch_timeout": 0,
        "max_retries": 5,
        "dead_letter_queue": "staging-dead"
      },
      {
        "queue": "staging-dead",
        "max_batch_size": 10,
        "max_batch_timeout": 5,
        "max_retries": 5
      }
    ]
  },
  "vars": {
    "PLC_URL": "https://plc.directory",
    "POLICY": "open",
    "FOLLOWS_FRESH_MS": "300000",
    "BUNDLES": "[]",
    "OWN_HOSTS": "staging-runner.someone.workers.dev",
    "DEADLINE_MS": "30000",
    "JOB_DEADLINE_MS": "600000",
    "MAX_CPU_MS": "",
    "MAX_SUB_REQUESTS": "",
    "LOGS": "on",
    "DOH_URL": "https://cloudflare-dns.com/dns-query"
  },
  "observability": {
    "enabled": true
  },
  "main": "../../../../workers/dispatcher/entry.mjs",
  "account_id": "0123456789abcdef0123456789abcdef",
  "workers_dev": true,
  "preview_urls": false
}
END
# look
RUNNER_DIGEST="$(find target/deploy/staging/runner/wrangler.json workers/dispatcher/entry.mjs workers/dispatcher/warm.mjs workers/dispatcher/journal.mjs workers/dispatcher/build -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)"
cat target/deploy/staging/runner/done
wrangler deployments status --name staging-runner --json
wrangler versions list --name staging-runner --json
wrangler secret list --name staging-runner --format json
# the runner, with its Durable Objects, trigger and queues
wrangler deploy --config target/deploy/staging/runner/wrangler.json --tag "$RUNNER_DIGEST"
# what is up
echo "$RUNNER_DIGEST" >target/deploy/staging/runner/done
# the token that opens /admin
ADMIN_TOKEN="$(openssl rand -hex 32)" && (umask 077; echo "ADMIN_TOKEN='$ADMIN_TOKEN'" >>deploy.secrets)
# the token goes to the runner
printf %s "$ADMIN_TOKEN" | wrangler secret put ADMIN_TOKEN --name staging-runner
# the key to which bundles' secrets are sealed
RUNNER_KEYS="$(at-run runner key --profile work)" && (umask 077; echo "RUNNER_KEYS='$RUNNER_KEYS'" >>deploy.secrets)
# the key goes to the runner
printf %s "$RUNNER_KEYS" | wrangler secret put RUNNER_KEYS --name staging-runner
# the runner answers, and says to which key secrets are sealed
until curl --silent --show-error --fail-with-body --max-time 60 https://staging-runner.someone.workers.dev/.well-known/at-run.json | grep -q '"publicKey"'; do sleep 5; done

# ── Bundles
# look
printf %s 'authorization: Bearer '"$ADMIN_TOKEN" | curl --silent --show-error --fail-with-body --max-time 60 --retry 5 --header @- https://staging-runner.someone.workers.dev/admin/installations
at-run status -C workers/vod --json --profile work
# publish the video bundle
at-run deploy -C workers/vod --prebuilt --channel next --snapshot --profile work
# install the video bundle
printf %s 'authorization: Bearer '"$ADMIN_TOKEN" | curl --silent --show-error --fail-with-body --max-time 60 --retry 5 --request PUT --data '{"channel":"next","config":{},"caps":{"cpuMs":5000}}' --header @- https://staging-runner.someone.workers.dev/admin/installations/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/atmosphereconf-vod
