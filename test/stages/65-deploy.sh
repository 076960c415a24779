#!/bin/bash
# The examples that operators copy are accepted by the programs that read them.
set -u
cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
say() { if [ "$1" -eq 0 ]; then echo "ok - $2"; else sed 's/^/# /' "$dir/log"; echo "not ok - $2"; fi; }

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=keepline.example \
	-keyout "$dir/privkey.pem" -out "$dir/fullchain.pem" >"$dir/log" 2>&1
sed "s#/etc/ssl/keepline#$dir#; s#listen \(\[::\]:\)\?\(80\|443\)#listen \118\2#" docs/deploy/nginx.conf >"$dir/site.conf"
cat >"$dir/nginx.conf" <<CONF
pid $dir/nginx.pid;
error_log stderr;
events { }
http {
	access_log off;
	client_body_temp_path $dir/body; proxy_temp_path $dir/proxy; fastcgi_temp_path $dir/fastcgi;
	uwsgi_temp_path $dir/uwsgi; scgi_temp_path $dir/scgi;
	include $dir/site.conf;
}
CONF
/usr/sbin/nginx -t -q -p "$dir" -c "$dir/nginx.conf" >"$dir/log" 2>&1
say $? "nginx takes docs/deploy/nginx.conf"
# And the check can fail.
echo 'server { listen 1; nonsense on; }' >>"$dir/site.conf"
! /usr/sbin/nginx -t -q -p "$dir" -c "$dir/nginx.conf" >"$dir/log" 2>&1
say $? "nginx refuses a broken one"

mkdir -p "$dir/root/etc/systemd/system" "$dir/root/usr/local/bin"
sed 's#^Wants=.*##; s#^After=.*##' docs/deploy/keepline.service >"$dir/root/etc/systemd/system/keepline.service"
systemd-analyze security --offline=true --threshold=12 --no-pager \
	"$dir/root/etc/systemd/system/keepline.service" >"$dir/log" 2>&1
say $? "the systemd unit's exposure is at most 1.2"
sed '/^ProtectSystem/d; /^SystemCallFilter/d; /^CapabilityBoundingSet/d' docs/deploy/keepline.service >"$dir/weak.service"
! systemd-analyze security --offline=true --threshold=12 --no-pager "$dir/weak.service" >"$dir/log" 2>&1
say $? "a weaker unit is refused"
