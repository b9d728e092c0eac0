# What ./scripts/deploy does where there is nothing yet, in this order. Where there is something, it leaves out what is
# there. Tools are those of ./scripts/with; $TURSO_AUTH_TOKEN and the like stand for values that nobody is shown.

# ── Who deploys
# build the command line at-run
./scripts/build cli
# look
wrangler whoami --json
at-run whoami --json

# ── Bucket and queues
# build the runner
./scripts/build dispatcher
# build the video bundle
./scripts/build vod
# build the index's bundle
./scripts/build appview
# build the site
./scripts/build web
# look
wrangler r2 bucket info streamhut --json
wrangler queues info streamhut-work
wrangler queues info streamhut-dead
# the bucket for proofs, modules and what bundles keep
wrangler r2 bucket create streamhut
# the queue for runs of jobs and tasks
wrangler queues create streamhut-work
# the queue for what that one gave up
wrangler queues create streamhut-dead

# ── Runner
# the runner's configuration
mkdir -p target/deploy/streamhut/runner && cat >target/deploy/streamhut/runner/wrangler.json <<'END'
{
  "name": "streamhut-runner",
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
      "bucket_name": "streamhut"
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
        "queue": "streamhut-work"
      }
    ],
    "consumers": [
      {
        "queue": "streamhut-work",
        "max_batch_size": 1,
        "max_batch_timeout": 0,
        "max_retries": 5,
        "dead_letter_queue": "streamhut-dead"
      },
      {
        "queue": "streamhut-dead",
        "max_batch_size": 10,
        "max_batch_timeout": 5,
        "max_retries": 5
      }
    ]
  },
  "vars": {
    "PLC_URL": "https://plc.directory",
    "POLICY": "installed",
    "FOLLOWS_FRESH_MS": "300000",
    "BUNDLES": "[]",
    "OWN_HOSTS": "run.example.com",
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
  "workers_dev": false,
  "preview_urls": false,
  "routes": [
    {
      "pattern": "run.example.com",
      "custom_domain": true
    }
  ]
}
END
# look
RUNNER_DIGEST="$(find target/deploy/streamhut/runner/wrangler.json workers/dispatcher/entry.mjs workers/dispatcher/warm.mjs workers/dispatcher/journal.mjs workers/dispatcher/build -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)"
cat target/deploy/streamhut/runner/done
wrangler deployments status --name streamhut-runner --json
wrangler versions list --name streamhut-runner --json
wrangler secret list --name streamhut-runner --format json
# the runner, with its Durable Objects, trigger and queues
wrangler deploy --config target/deploy/streamhut/runner/wrangler.json --tag "$RUNNER_DIGEST"
# what is up
echo "$RUNNER_DIGEST" >target/deploy/streamhut/runner/done
# the token that opens /admin
ADMIN_TOKEN="$(openssl rand -hex 32)" && (umask 077; echo "ADMIN_TOKEN='$ADMIN_TOKEN'" >>deploy.secrets)
# the token goes to the runner
printf %s "$ADMIN_TOKEN" | wrangler secret put ADMIN_TOKEN --name streamhut-runner
# the key to which bundles' secrets are sealed
RUNNER_KEYS="$(at-run runner key)" && (umask 077; echo "RUNNER_KEYS='$RUNNER_KEYS'" >>deploy.secrets)
# the key goes to the runner
printf %s "$RUNNER_KEYS" | wrangler secret put RUNNER_KEYS --name streamhut-runner
# the runner answers, and says to which key secrets are sealed
until curl --silent --show-error --fail-with-body --max-time 60 https://run.example.com/.well-known/at-run.json | grep -q '"publicKey"'; do sleep 5; done

# ── Bundles
# look
printf %s 'authorization: Bearer '"$ADMIN_TOKEN" | curl --silent --show-error --fail-with-body --max-time 60 --retry 5 --header @- https://run.example.com/admin/installations
at-run status -C workers/appview --json
at-run secrets list --bundle streamhut-appview --runner https://run.example.com --json
at-run status -C workers/vod --json
# publish the index
at-run deploy -C workers/appview --prebuilt --channel latest
# TURSO_AUTH_TOKEN, sealed to the runner
printf %s "$TURSO_AUTH_TOKEN" | at-run secrets set TURSO_AUTH_TOKEN --bundle streamhut-appview --runner https://run.example.com
# the token with which the index is operated
OPERATOR_TOKEN="$(openssl rand -hex 32)" && (umask 077; echo "OPERATOR_TOKEN='$OPERATOR_TOKEN'" >>deploy.secrets)
# OPERATOR_TOKEN, sealed to the runner
printf %s "$OPERATOR_TOKEN" | at-run secrets set OPERATOR_TOKEN --bundle streamhut-appview --runner https://run.example.com
# install the index
printf %s 'authorization: Bearer '"$ADMIN_TOKEN" | curl --silent --show-error --fail-with-body --max-time 60 --retry 5 --request PUT --data '{"channel":"latest","config":{"STREAM_URL":"https://jetstream2.us-east.bsky.network/subscribe","TURSO_URL":"https://streamhut-you.turso.io","AUTHOR_DID":"did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"}}' --header @- https://run.example.com/admin/installations/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/streamhut-appview
# publish the video bundle
at-run deploy -C workers/vod --prebuilt --channel latest
# install the video bundle
printf %s 'authorization: Bearer '"$ADMIN_TOKEN" | curl --silent --show-error --fail-with-body --max-time 60 --retry 5 --request PUT --data '{"channel":"latest","config":{"STREAMPLACE_URL":"https://stream.place","APPVIEW_URL":"https://run.example.com/bundle/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/streamhut-appview/latest","FRONTEND_ORIGIN":"https://streamhut-web.pages.dev"}}' --header @- https://run.example.com/admin/installations/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/atmosphereconf-vod

# ── Database of the index
# look
APPVIEW_VERSION="$(at-run status -C workers/appview --json | node -p 'JSON.parse(fs.readFileSync(0)).local.publishedAs')"
curl --silent --show-error --fail-with-body --max-time 60 --write-out '\n%{http_code}' https://run.example.com/bundle/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/streamhut-appview/latest/getStats
# bring the database to the index's schema
until printf %s 'authorization: Bearer '"$OPERATOR_TOKEN" | curl --silent --show-error --fail-with-body --max-time 60 --request POST --data '{}' --header @- "https://run.example.com/bundle/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/streamhut-appview/$APPVIEW_VERSION/init"; do sleep 5; done

# ── Site
# the site's configuration
mkdir -p target/deploy/streamhut/site && cat >target/deploy/streamhut/site/wrangler.json <<'END'
{
  "name": "streamhut-web",
  "pages_build_output_dir": "../../../../frontend/dist",
  "compatibility_date": "2026-11-01",
  "compatibility_flags": [
    "nodejs_compat"
  ],
  "vars": {
    "NUXT_PUBLIC_RUNNER_URL": "https://run.example.com",
    "NUXT_PUBLIC_VOD_BUNDLE": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/atmosphereconf-vod/latest",
    "NUXT_PUBLIC_APPVIEW_BUNDLE": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/streamhut-appview/latest"
  }
}
END
# look
SITE_DIGEST="$(find target/deploy/streamhut/site/wrangler.json frontend/dist -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-40)"
wrangler pages project list --json
wrangler pages deployment list --project-name streamhut-web --environment production --json
# the Pages project
wrangler pages project create streamhut-web --production-branch main --force
# the site, with its settings
(cd target/deploy/streamhut/site && wrangler pages deploy --branch main --commit-hash "$SITE_DIGEST" --commit-message scripts/deploy --commit-dirty=true)

# ── Address of the site
# look
wrangler pages project list --json
