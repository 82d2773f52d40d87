"""Spend-log rows by SQL, and the tables that LiteLLM keeps beside them."""
import json
import os
import subprocess
import sys
import tempfile
import time

DB = os.environ["SEED_DB"]
DSN = os.environ["DATABASE_URL"]


def sql(text):
    with tempfile.NamedTemporaryFile("w", suffix=".sql", delete=False) as f:
        f.write(text)
    try:
        out = subprocess.run(["node", DB, "query", DSN, "@" + f.name], capture_output=True, text=True)
    finally:
        os.unlink(f.name)
    if out.returncode:
        sys.exit(f"SQL: {out.stderr.strip()}\n{text[:800]}")
    return [json.loads(line) for line in out.stdout.splitlines()]


def settle():
    """Waits until the batch writer has nothing left to write."""
    last, since = None, time.time()
    end = since + 180
    while time.time() < end:
        now = sql("""select (select count(*) from "LiteLLM_SpendLogs")::int logs,
            (select coalesce(sum(api_requests), 0) from "LiteLLM_DailyUserSpend")::int users,
            (select coalesce(sum(api_requests), 0) from "LiteLLM_DailyTagSpend")::int tags""")[0]
        if now != last:
            last, since = now, time.time()
        elif time.time() - since > 20:
            return now
        time.sleep(1)
    return last


def columns(table):
    return {r["c"] for r in sql(f"select column_name c from information_schema.columns where table_name = '{table}'")}


def keys(most):
    """Keys until there are so many, of the users and teams that are there; `application-1` is the newest."""
    sql(f"""
    with users as (select row_number() over (order by user_id) - 1 as i, count(*) over () as n, user_id from "LiteLLM_UserTable"),
    teams as (select row_number() over (order by team_id) - 1 as i, count(*) over () as n, team_id from "LiteLLM_TeamTable")
    insert into "LiteLLM_VerificationToken" (token, key_name, key_alias, spend, max_budget, models, user_id, team_id, metadata,
      rpm_limit, tpm_limit, blocked, expires, created_at, updated_at)
    select md5('a' || g) || md5('b' || g), 'sk-...' || lpad(to_hex(g % 65536), 4, '0'), 'application-' || g,
      g / 100.0, case when g % 3 > 0 then 200 end, case when g % 4 > 0 then array['gpt-4o', 'gpt-4o-mini'] else array[]::text[] end,
      (select user_id from users where i = g % n), (select team_id from teams where i = g % n and g % 5 > 0),
      '{{"tags": ["prod"]}}'::jsonb, case when g % 2 > 0 then 60 end, case when g % 2 > 0 then 100000 end, g % 7 = 0,
      case when g % 9 = 0 then now() at time zone 'utc' + (g % 100 - 50) * interval '1 day' end,
      now() at time zone 'utc' - g * interval '1 minute', now() at time zone 'utc' - g * interval '1 minute'
    from generate_series(1, {most} - (select count(*) from "LiteLLM_VerificationToken" where team_id is distinct from 'litellm-dashboard')) g
    on conflict do nothing""")


def spread(days, start):
    sql(f"""
    with moved as (
      select request_id, "startTime" - (power(random(), 1.25) * {days}) * interval '1 day' - interval '1 minute' as t
      from "LiteLLM_SpendLogs" where "startTime" >= to_timestamp({start}) at time zone 'utc')
    update "LiteLLM_SpendLogs" s set "startTime" = m.t, "endTime" = m.t + (s."endTime" - s."startTime"),
      "completionStartTime" = m.t + (s."completionStartTime" - s."startTime")
    from moved m where m.request_id = s.request_id""")


def bulk(n, days, owners=None):
    """About N rows as LiteLLM would have written them, with the models and keys that have real rows, or with so many keys.

    More of them on working days and around 14:00 UTC, and a few more lately: candidates are drawn evenly and kept by chance.
    They are written in the order of their time, as a gateway does, so that the rows of a day lie together.
    """
    cols = columns("LiteLLM_SpendLogs")
    extra_names, extra_values = "", ""
    if "request_duration_ms" in cols:
        extra_names += ', request_duration_ms'
        extra_values += ', ms'
    if "litellm_call_id" in cols:
        extra_names += ', litellm_call_id'
        extra_values += ', gen_random_uuid()::text'
    # Those that were made by hand first, then the newest.
    chosen = "" if owners is None else f"order by v.key_alias like 'application-%', v.created_at desc, v.token limit {owners}"
    sql(f"""
    drop table if exists seed_times;
    create unlogged table seed_times as
    select row_number() over (order by t) as g, t from (
      select t from (
        select now() at time zone 'utc' - (power(random(), 1.1) * {days}) * interval '1 day' - interval '2 minutes' as t
        from generate_series(1, {4 * n})) candidates
      where random() < (case when extract(isodow from t) > 5 then 0.35 else 1 end)
        * (0.15 + 0.85 * exp(-power((extract(hour from t) + extract(minute from t) / 60 - 14) / 5, 2)))
      limit {n}) kept;
    create index on seed_times (g)""")
    # Indexes of many rows are made faster than kept.
    indexes = [] if n < 200000 else sql("""select indexname as name, indexdef as def from pg_indexes
      where tablename = 'LiteLLM_SpendLogs' and schemaname = current_schema() and indexname <> 'LiteLLM_SpendLogs_pkey'""")
    for index in indexes:
        sql(f"""drop index "{index['name']}" """)
    step = 50000
    for at in range(0, n, step):
        count = min(step, n - at)
        sql(f"""
        with models as (
          select row_number() over () - 1 as i, m.* from (
            select distinct on (model_group) model_group, model, model_id, custom_llm_provider, call_type,
              case model_group when 'gpt-4o' then 2.5e-6 when 'gpt-4o-mini' then 1.5e-7 when 'claude-3-5-sonnet' then 3e-6
                when 'gemini-1.5-pro' then 3.5e-6 when 'text-embedding-3-small' then 2e-8 else 2.8e-7 end::float8 as p_in,
              case model_group when 'gpt-4o' then 1e-5 when 'gpt-4o-mini' then 6e-7 when 'claude-3-5-sonnet' then 1.5e-5
                when 'gemini-1.5-pro' then 1.05e-5 when 'text-embedding-3-small' then 0 else 4.2e-7 end::float8 as p_out
            from "LiteLLM_SpendLogs" where status = 'success' order by model_group, "startTime") m),
        keys as (
          select row_number() over () - 1 as i, k.* from (
            select v.token, v.key_alias, v.user_id, v.team_id, t.team_alias
            from "LiteLLM_VerificationToken" v left join "LiteLLM_TeamTable" t on t.team_id = v.team_id
            where coalesce(v.max_budget, 1) >= 1 and coalesce(v.blocked, false) = false and v.key_alias is not null
              and v.key_alias not like 'never-used%' {chosen}) k),
        dice as (
          select g, t, floor(power(random(), 1.4) * (select count(*) from models))::bigint as im,
            floor(power(random(), 1.6) * (select count(*) from keys))::bigint as ik, random() as rf, random() as rc, random() as rg,
            (20 + power(random(), 3) * 4000)::int as tin, (5 + power(random(), 3) * 1200)::int as tout, (150 + power(random(), 2) * 9000)::int as ms
          from seed_times where g > {at} and g <= {at + count}),
        r as (
          select d.*, m.model_group, m.model, m.model_id, m.custom_llm_provider, m.call_type, m.p_in, m.p_out,
            k.token, k.key_alias, k.user_id, k.team_id, k.team_alias, d.rf < 0.035 as failed
          from dice d join models m on m.i = d.im join keys k on k.i = d.ik)
        insert into "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens,
          "startTime", "endTime", "completionStartTime", model, model_id, model_group, custom_llm_provider, api_base, "user", metadata,
          cache_hit, cache_key, request_tags, team_id, end_user, requester_ip_address, messages, response, proxy_server_request,
          session_id, status {extra_names})
        select 'chatcmpl-' || gen_random_uuid()::text, call_type, token,
          case when failed then 0 else tin * p_in + tout * p_out end,
          case when failed then 0 else tin + case when p_out = 0 then 0 else tout end end,
          case when failed then 0 else tin end, case when failed or p_out = 0 then 0 else tout end,
          t, t + ms * interval '1 millisecond', t + ms / 3 * interval '1 millisecond', model, model_id, model_group, custom_llm_provider,
          '', coalesce(user_id, ''),
          jsonb_build_object('status', case when failed then 'failure' else 'success' end, 'user_api_key', token,
            'user_api_key_alias', key_alias, 'user_api_key_team_id', team_id, 'user_api_key_team_alias', team_alias,
            'user_api_key_user_id', user_id, 'user_api_key_org_id', null, 'requester_ip_address', '', 'applied_guardrails', '[]'::jsonb,
            'additional_usage_values', '{{}}'::jsonb,
            'usage_object', case when failed then null else jsonb_build_object('prompt_tokens', tin, 'completion_tokens', tout, 'total_tokens', tin + tout) end,
            'error_information', case when failed then jsonb_build_object('error_code', '429', 'error_class', 'RateLimitError',
              'llm_provider', custom_llm_provider, 'error_message', 'litellm.RateLimitError: this is a mock rate limit error', 'traceback', '') else null end),
          'None', 'Cache OFF',
          case when rg < 0.5 then '[]'::jsonb else jsonb_build_array((array['blog','shop','chat','search','nightly'])[1 + floor(rg * 4.999)::int]) end,
          team_id, case when rc < 0.4 then 'customer-' || (1 + floor(rc * 12))::int else '' end, '', '{{}}'::jsonb, '{{}}'::jsonb, '{{}}'::jsonb,
          gen_random_uuid()::text, case when failed then 'failure' else 'success' end {extra_values}
        from r order by t""")
        print(f"  {at + count} rows", file=sys.stderr)
    for index in indexes:
        sql(index["def"])
    sql("drop table seed_times")


def repair():
    """The daily tables and the totals, recomputed from the spend logs."""
    logs = columns("LiteLLM_SpendLogs")
    statements = ["begin"]
    sums = """sum(prompt_tokens), sum(completion_tokens), sum(spend), count(*), count(*) filter (where ok), count(*) filter (where not ok), now(), now()"""
    source = f"""(select s.*, to_char("startTime", 'YYYY-MM-DD') d, coalesce(status, 'success') <> 'failure' ok,
        case call_type when 'aembedding' then '/embeddings' when 'embedding' then '/embeddings' else '/chat/completions' end ep
        {", coalesce(request_duration_ms, 0) ms" if "request_duration_ms" in logs else ", 0 ms"}
        from "LiteLLM_SpendLogs" s)"""
    for table, entity, expr, where, join in [
        ("LiteLLM_DailyUserSpend", "user_id", "\"user\"", "true", ""),
        ("LiteLLM_DailyTeamSpend", "team_id", "team_id", "coalesce(team_id, '') <> ''", ""),
        ("LiteLLM_DailyEndUserSpend", "end_user_id", "end_user", "coalesce(end_user, '') <> ''", ""),
        ("LiteLLM_DailyOrganizationSpend", "organization_id", "organization_id", "coalesce(organization_id, '') <> ''", ""),
        ("LiteLLM_DailyTagSpend", "tag", "tag", "true", "cross join lateral jsonb_array_elements_text(case jsonb_typeof(request_tags) when 'array' then request_tags else '[]'::jsonb end) tag"),
    ]:
        have = columns(table)
        if not have:
            continue
        names, values, group = "", "", ""
        if "request_id" in have:
            names, values = names + ", request_id", values + ", min(request_id)"
        if "endpoint" in have:
            names, values, group = names + ", endpoint", values + ", ep", ", ep"
        if "total_response_time_ms" in have:
            names, values = names + ", total_response_time_ms, timed_requests", values + ", coalesce(sum(ms) filter (where ok), 0), count(*) filter (where ok)"
        mcp = "coalesce(mcp_namespaced_tool_name, '')"
        statements.append(f"""delete from "{table}";
        insert into "{table}" (id, {entity}, date, api_key, model, model_group, custom_llm_provider, mcp_namespaced_tool_name,
          prompt_tokens, completion_tokens, spend, api_requests, successful_requests, failed_requests, created_at, updated_at {names})
        select gen_random_uuid()::text, {expr}, d, api_key, coalesce(model, ''), max(model_group), coalesce(custom_llm_provider, ''), {mcp},
          {sums} {values}
        from {source} x {join} where {where}
        group by {expr}, d, api_key, coalesce(model, ''), coalesce(custom_llm_provider, ''), {mcp} {group}""")
    if columns("LiteLLM_DailyModelUsage"):
        statements.append(f"""delete from "LiteLLM_DailyModelUsage";
        insert into "LiteLLM_DailyModelUsage" (date, model_group, model, custom_llm_provider, task_type, spend, prompt_tokens,
          completion_tokens, request_count, successful_requests, failed_requests, created_at, updated_at)
        select d, coalesce(model_group, ''), coalesce(model, ''), coalesce(custom_llm_provider, ''), 'uncategorized', sum(spend),
          sum(prompt_tokens), sum(completion_tokens), count(*), count(*) filter (where ok), count(*) filter (where not ok), now(), now()
        from {source} x group by 1, 2, 3, 4""")
    if columns("LiteLLM_DailyGatewayRequests"):
        statements.append(f"""delete from "LiteLLM_DailyGatewayRequests";
        insert into "LiteLLM_DailyGatewayRequests" (date, category, route, successful_requests, failed_requests, created_at, updated_at)
        select d, 'llm', ep, count(*) filter (where ok), count(*) filter (where not ok), now(), now() from {source} x group by d, ep""")
    for table, key, column in [
        ("LiteLLM_VerificationToken", "token", "api_key"), ("LiteLLM_TeamTable", "team_id", "team_id"),
        ("LiteLLM_UserTable", "user_id", '"user"'), ("LiteLLM_EndUserTable", "user_id", "end_user"),
        ("LiteLLM_OrganizationTable", "organization_id", "organization_id"),
    ]:
        if table == "LiteLLM_EndUserTable":
            statements.append(f"""insert into "{table}" (user_id) select distinct end_user from "LiteLLM_SpendLogs" where coalesce(end_user, '') <> '' on conflict do nothing""")
        total = ", total_spend = coalesce(x.spend, 0)" if "total_spend" in columns(table) else ""
        statements.append(f"""update "{table}" t set spend = coalesce(x.spend, 0){total} from
          (select v.{key} k, s.spend from "{table}" v left join (select {column} k, sum(spend) spend from "LiteLLM_SpendLogs" group by 1) s on s.k = v.{key}) x where x.k = t.{key}""")
    statements.append("""update "LiteLLM_TeamMembership" t set spend = coalesce(x.spend, 0) from
      (select m.user_id, m.team_id, s.spend from "LiteLLM_TeamMembership" m left join
        (select "user", team_id, sum(spend) spend from "LiteLLM_SpendLogs" group by 1, 2) s on s."user" = m.user_id and s.team_id = m.team_id) x
      where x.user_id = t.user_id and x.team_id = t.team_id""")
    statements.append("""update "LiteLLM_TagTable" t set spend = coalesce((select sum(spend) from "LiteLLM_SpendLogs" s where s.request_tags ? t.tag_name), 0)""")
    statements.append("commit")
    sql(";\n".join(statements))
    sql("analyze")


def totals():
    return sql("""select (select count(*) from "LiteLLM_SpendLogs")::int spend_logs, (select round(sum(spend)::numeric, 4)::float8 from "LiteLLM_SpendLogs") spend,
        (select round(sum(spend)::numeric, 4)::float8 from "LiteLLM_DailyUserSpend") daily_spend, (select count(*)::int from "LiteLLM_VerificationToken") keys""")[0]
