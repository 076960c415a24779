# Sourced: builds the simulator and names it in $SIM; after it, `build_planted`
# builds the one with the planted bugs (plant.h) and names it in $SIM_PLANTED.
SIM=build/test/sim/sim
SIM_PLANTED=build/test/sim/sim_planted
sim_objects="$(printf ' build/%s' test/sim/{sim,life,people,check,world,partners}.o) \
$(printf ' build/%s' test/store/{shop,disk,disk_vfs}.o)"
plant_objects=$(printf ' build/%s' test/sim/{plant,plant_order,plant_row}.o)
sim_libraries="$(pkg-config --libs libmicrohttpd libcurl jansson libcrypto libsodium sqlite3 \
	libbrotlienc zlib libqrencode inih) -lcmocka -lpthread"

# sim_link PROGRAM OBJECTS OPTIONS
sim_link() {
	# shellcheck disable=SC2086
	make --no-print-directory -s -j"$(nproc)" lib $2 >&2 &&
		cc -pie $3 -o "$1" $2 build/libkeepline.a $sim_libraries >&2
}

# The linker puts each __wrap_ function before the one of that name.
build_planted() {
	# shellcheck disable=SC2086
	make --no-print-directory -s -j"$(nproc)" $plant_objects >&2 &&
		sim_link "$SIM_PLANTED" "$sim_objects $plant_objects" "$(nm $plant_objects |
			sed -n 's/.* T __wrap_/-Wl,--wrap=/p' | tr '\n' ' ')"
}

sim_link "$SIM" "$sim_objects" ""
