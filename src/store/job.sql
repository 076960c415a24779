-- job_add(id int, kind int, subject int, created_ms int, due_ms int) exec
insert into job (id, kind, subject, created_ms, due_ms)
values (:id, :kind, :subject, :created_ms, :due_ms)

-- job_get(id int) one
select id, kind, subject, created_ms, due_ms, attempt, desk, note from job where id = :id

-- # The next step of the same work: another kind from now, or another time.
-- job_set(id int, kind int, created_ms int, due_ms int, attempt int, desk int, note text?) exec args
update job set kind = :kind, created_ms = :created_ms, due_ms = :due_ms, attempt = :attempt,
       desk = :desk, note = :note
where id = :id

-- job_end(id int) exec
delete from job where id = :id

-- # What is due, the oldest first.
-- job_due(now_ms int, most int) many
select id, kind, subject, created_ms, due_ms, attempt from job
where desk = 0 and due_ms <= :now_ms order by due_ms limit :most

-- # When the next one is due.
-- job_next_due() one
select due_ms from job where desk = 0 order by due_ms limit 1

-- # The work that is not done, for staff: a person's first, then the oldest.
-- job_open(kind_max int, most int) many
select id, kind, subject, created_ms, due_ms, attempt, desk, note from job
where kind <= :kind_max order by desk desc, id limit :most

-- # How much there is: waiting for a person, and in all.
-- job_counts() one -> (desk int, total int, oldest_ms int)
select coalesce(sum(desk), 0) as desk, count(*) as total,
       coalesce(min(created_ms), 0) as oldest_ms from job
