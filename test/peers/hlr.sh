#!/bin/sh
# hlr.sh ADDRESS FOLDER - become osmo-hlr on a loopback address of its own (127.93.x.y), with its
# database in FOLDER; stop it by its pid.  CTRL 4259, VTY 4258, GSUP 4222: the ports are fixed in
# OsmoHLR 1.5, the address is not.
set -eu
address=$1
folder=$2
mkdir -p "$folder"
cat >"$folder/hlr.cfg" <<END
log stderr
 logging filter all 1
 logging color 0
 logging level main notice
line vty
 bind $address
ctrl
 bind $address
hlr
 gsup
  bind ip $address
END
exec osmo-hlr -c "$folder/hlr.cfg" -l "$folder/hlr.db"
