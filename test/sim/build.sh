# Sourced: builds the simulator and names it in $SIM.
SIM=build/test/sim/sim
sim_objects="$(printf ' build/%s' test/sim/{sim,life,people,check,world,partners}.o) \
$(printf ' build/%s' test/store/{shop,disk,disk_vfs}.o)"
sim_libraries="$(pkg-config --libs libmicrohttpd libcurl jansson libcrypto libsodium sqlite3 \
	libbrotlienc zlib libqrencode inih) -lcmocka -lpthread"
# shellcheck disable=SC2086
make --no-print-directory -j"$(nproc)" lib $sim_objects >&2 &&
	cc -pie -o "$SIM" $sim_objects build/libkeepline.a $sim_libraries >&2
