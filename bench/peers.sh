# Sourced by bench/run: the peers, each with its own folder below $work.  What cannot
# be had here is skipped, and said.

# --- Node: fastify + better-sqlite3 --------------------------------------------------
node_key=00112233445566778899aabbccddeeff
node_open() {
	local folder=bench/peer-node

	has_node=0
	command -v node >/dev/null && command -v npm >/dev/null ||
		{ say "skipped: the Node peer (no node and npm here)"; return 0; }
	if ! node -e 'new (require("./bench/peer-node/node_modules/better-sqlite3"))(":memory:")' \
		2>/dev/null; then
		say "installing the Node peer ($folder); better-sqlite3 may have to be compiled"
		# Debian keeps the headers with the compiler's; then nothing is fetched for them.
		[ -d /usr/include/node ] && export npm_config_nodedir=/usr
		npm ci --prefix "$folder" --no-audit --no-fund >"$work/npm.log" 2>&1
		if ! node -e 'new (require("./bench/peer-node/node_modules/better-sqlite3"))(":memory:")' \
			2>>"$work/npm.log"; then
			say "skipped: the Node peer; it cannot be installed here (it may need" \
				"apt-get install g++ make python3 libnode-dev):"
			tail -n 5 "$work/npm.log" >&2
			return 0
		fi
	fi
	node "$folder/fill.js" create "$work/node.template" "$lines" || return 0
	node_version="node $(node --version), fastify $(node -p \
		'require("./bench/peer-node/node_modules/fastify/package.json").version'), better-sqlite3 $(node -p \
		'require("./bench/peer-node/node_modules/better-sqlite3/package.json").version')"
	has_node=1
}

# node_serve [PLACED] : sets $server; with so many placed orders, whose callbacks are in
# $work/node.hooks.
node_serve() {
	rm -f "$work"/node.db*
	cp "$work/node.template" "$work/node.db"
	if [ $# -gt 0 ]; then
		node bench/peer-node/fill.js place "$work/node.db" "$1" >"$work/node.hooks"
	fi
	slow
	"${before[@]}" NODE_ENV=production node bench/peer-node/server.js "$((port + 1))" \
		"$work/node.db" "$node_key" >>"$work/node.log" 2>&1 &
	server=$!
	wait_http "$((port + 1))" / "$server" || { tail -n 5 "$work/node.log" >&2; exit 1; }
}

# --- PostgreSQL: pgbench's TPC-B ----------------------------------------------------
pg_open() {
	local bin

	has_pg=0
	bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
	if [ -z "$bin" ]; then
		say "skipped: pgbench (apt-get install postgresql)"
		return 0
	fi
	pg=$work/pg
	pg_bin=$bin
	as_pg=()
	mkdir -p "$pg"
	if [ "$(id -u)" -eq 0 ]; then
		as_pg=(runuser -u "$(id -u postgres >/dev/null 2>&1 && echo postgres || echo nobody)" --)
		chown "${as_pg[2]}" "$pg"
	fi
	pg_do initdb -D "$pg/data" -A trust -U bench >"$work/pg.log" 2>&1 &&
		pg_start >>"$work/pg.log" 2>&1 &&
		pg_do createdb -h "$pg" -U bench bench >>"$work/pg.log" 2>&1 &&
		pg_do pgbench -h "$pg" -U bench -i -s "$pg_scale" -q bench >>"$work/pg.log" 2>&1 || {
		say "skipped: pgbench; the private cluster did not come up:"
		tail -n 5 "$work/pg.log" >&2
		return 0
	}
	pg_stop
	pg_version="PostgreSQL $("$bin/postgres" --version | awk '{ print $3 }')"
	has_pg=1
}

# From /: the user that runs it may not see our folder.
pg_do() { (cd / && "${as_pg[@]}" "$pg_bin/$1" "${@:2}"); }

# No TCP, and memory enough for all of its tables.
pg_start() {
	slow
	(cd / && "${as_pg[@]}" "${before[@]}" "$pg_bin/pg_ctl" -D "$pg/data" -w -s -l "$pg/log" \
		-o "-c listen_addresses='' -c unix_socket_directories=$pg -c fsync=on \
		-c synchronous_commit=on -c shared_buffers=512MB -c max_wal_size=4GB" start)
}
pg_stop() { [ -e "$pg/data/postmaster.pid" ] && pg_do pg_ctl -D "$pg/data" -w -s -m fast stop; }

# pg_run SECONDS : transactions a second.
pg_run() {
	pg_do pgbench -h "$pg" -U bench -M prepared -c 16 -j 2 -T "$1" bench 2>>"$work/pg.log" |
		awk '/^tps = / { print int($3) }'
}

# --- nginx: static files from its cache ----------------------------------------------
nginx_open() {
	has_nginx=0
	if ! command -v nginx >/dev/null; then
		say "skipped: nginx (apt-get install nginx-light)"
		return 0
	fi
	mkdir -p "$work/nginx"
	cat >"$work/nginx/conf" <<-END
		daemon off; worker_processes 1; pid $work/nginx/pid; error_log $work/nginx/log;
		user $(id -un);
		events { worker_connections 2048; }
		http {
			access_log off; sendfile on; keepalive_requests 100000000;
			open_file_cache max=100; open_file_cache_valid 60s;
			client_body_temp_path $work/nginx; proxy_temp_path $work/nginx;
			fastcgi_temp_path $work/nginx; uwsgi_temp_path $work/nginx;
			scgi_temp_path $work/nginx;
			server { listen 127.0.0.1:$((port + 2)); root $work/nginx; }
		}
	END
	nginx_version=$(nginx -v 2>&1 | sed 's/.*: //')
	has_nginx=1
}
nginx_start() {
	nginx -p "$work/nginx" -c "$work/nginx/conf" 2>>"$work/nginx/log" &
	nginx_pid=$!
	wait_http "$((port + 2))" / "$nginx_pid" || { tail -n 3 "$work/nginx/log" >&2; exit 1; }
}
