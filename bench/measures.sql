-- The measures of a table of events in DuckDB's SQL: `events` is the file, `now` the last moment that counts.
-- A line `-- table` begins what the questions share, `-- NAME` a question.

-- table: the workflow
create table flow as select * from (values
    ('inbox', 'backlog', 0), ('ready', 'backlog', 1), ('doing', 'active', 2), ('vendor', 'waiting', 3),
    ('review', 'active', 4), ('done', 'done', 5), ('dropped', 'discarded', null)
) as flow(state, kind, rank)

-- table: every day
create table days as
select unnest(generate_series(date '2020-01-01', date '2025-12-31', interval 1 day))::date as day

-- table: what is told by now
create table told as
select item, type, field, value, entered, if("left" <= getvariable('now'), "left", null) as "left", "by", services,
    file_row_number as r
from read_parquet(getvariable('events'), file_row_number = true)
where entered <= getvariable('now')

-- table: visits, with what was before; `mark` is how far the item had ever been
create table ev as
select item, type, state, kind, rank, entered as e, "left" as l, r, kind in ('active', 'waiting') as wip,
    coalesce(lag(kind) over w in ('active', 'waiting'), false) as wip_before,
    lag(kind) over w as before, lag(rank) over w as rank_before,
    max(rank) over (w rows between unbounded preceding and 1 preceding) as mark
from told join flow on value = state
where field = 'state'
window w as (partition by item order by r)

-- table: when each item was created, started, finished, discarded
create table spans as
select *, case when over = 'done' then done end as finished, case when over = 'discarded' then dropped end as discarded
from (
    select item, any_value(type) as type, min(e) as created,
        min(e) filter (kind in ('active', 'waiting', 'done')) as started, arg_max(kind, r) as over,
        max(e) filter (kind = 'done' and before is distinct from 'done') as done,
        max(e) filter (kind = 'discarded') as dropped, min(e) filter (kind = 'done') as first_done
    from ev group by item
)

-- table: finished items
create table finished as
select *, date_diff('day', started, finished) + 1 as days, date_diff('day', created, finished) + 1 as lead
from spans where finished is not null

-- table: arrivals and departures
create table moves as
select day, coalesce(came, 0) as came, coalesce(went, 0) as went
from days left join (
    select e::date as day, count(*) filter (wip and not wip_before) as came,
        count(*) filter (not wip and wip_before) as went
    from ev group by 1
) using (day)

-- cycle-time
select quantile_disc(days, [0.5, 0.7, 0.85, 0.95]), avg(days), count(*) from finished

-- cycle-time.histogram
select days, count(*) from finished group by 1

-- lead-time
select quantile_disc(lead, [0.5, 0.7, 0.85, 0.95]), avg(lead), count(*) from finished

-- throughput
select strftime(finished, '%G-W%V'), count(*), count(*) filter (type <> 'incident') from finished group by 1

-- net-flow
select day::varchar, came, went from moves

-- wip
select day::varchar, sum(came - went) over (order by day)::bigint from moves

-- cfd
with reached as (
    select item, unnest([2, 3, 4, 5, 6]) as line, unnest([
        min(e) filter (rank >= 2), min(e) filter (rank >= 3), min(e) filter (rank >= 4), min(e) filter (rank >= 5), null
    ]) as since
    from ev group by item
), counted as (
    select line, count(*) as n,
        coalesce(since, case when started is not null and first_done is null then discarded end)::date as day
    from reached join spans using (item) group by all
), lines as (
    select day, line, sum(coalesce(n, 0)) over (partition by line order by day)::bigint as n
    from (days cross join (select unnest([2, 3, 4, 5, 6]) as line)) left join counted using (day, line)
)
select day::varchar, list(n order by line) from lines group by 1

-- ageing
select state, quantile_disc(age, [0.5, 0.7, 0.85, 0.95]) from (
    select state, date_diff('day', any_value(started), max(l)) + 1 as age
    from ev join finished using (item) where wip group by item, state
) group by 1

-- ageing.open
select count(*), sum(date_diff('day', started, getvariable('now')) + 1)::bigint
from spans join ev using (item) where l is null and wip

-- time-in-state
select state, count(*), sum(epoch(coalesce(l, getvariable('now')) - e)) / 86400, count(l),
    quantile_disc(epoch(l - e), [0.5, 0.85])
from ev where kind not in ('done', 'discarded') group by 1

-- flow-efficiency
with waited as (
    select sum(epoch(l - e)) as s from ev join finished using (item) where kind = 'waiting'
), blocked as (
    select sum(epoch(least("left", finished) - greatest(entered, started))) as s
    from told join finished using (item) where field = 'blocked' and entered < finished
), whole as (
    select sum(epoch(finished - started)) as s from finished
)
select 1 - (waited.s + blocked.s) / whole.s from waited, blocked, whole

-- blocked
select "by", sum(epoch(coalesce("left", getvariable('now')) - entered)) / 86400, count(*)
from told where field = 'blocked' group by 1

-- control-chart
select avg(days), avg(abs(days - last)) from (
    select days, lag(days) over (order by finished, split_part(item, '-', 2)::int) as last from finished
)

-- rework
select count(*), count(distinct item), count(*) filter (mark = 5) from ev where rank < mark and rank_before >= mark

-- discarded
select count(*), sum(date_diff('day', started, discarded) + 1)::bigint
from spans where discarded is not null and started is not null

-- littles-law
select sum(epoch(coalesce(l, getvariable('now')) - e)) / 86400 from ev where wip

-- littles-law.cycle
select avg(epoch(finished - started)) / 86400 from finished

-- unplanned
select type, sum(epoch(coalesce(l, getvariable('now')) - e)) / 86400 from ev where wip group by 1

-- unplanned.items
select count(*) filter (type = 'incident') / count(*) from finished

-- unplanned.weeks
with parts as (
    select type, e, coalesce(l, getvariable('now')) as l, unnest(generate_series(
        date_trunc('week', e), coalesce(l, getvariable('now')), interval 7 day
    )) as monday
    from ev where wip
), split as (
    select type, monday, epoch(least(l, monday + interval 7 day) - greatest(e, monday)) / 86400 as days from parts
)
select strftime(monday, '%G-W%V'), sum(days), sum(days) filter (type = 'incident') from split group by 1

-- load
select value, count(*) from told join (select item from ev where l is null and wip) using (item)
where field = 'assigned' group by 1

-- coverage
select services, count(distinct item), count(distinct value) from told join finished using (item)
where field = 'assigned' and finished >= '2025-01-01' group by 1

-- vendors
select "by", count(*), sum(epoch(coalesce("left", getvariable('now')) - entered)) / 86400
from told where field = 'blocked' group by 1

-- capacity
select count(*) from finished where type <> 'incident' and isodow(finished) < 6
