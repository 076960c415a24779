# Sourced: builds the simulator and names it in $SIM.
make --no-print-directory -j"$(nproc)" lib build/test/store/shop.o \
	build/test/sim/sim.o build/test/sim/world.o build/test/sim/partners.o >&2
SIM=build/test/sim/sim
# shellcheck disable=SC2046
cc -pie -o "$SIM" build/test/sim/*.o build/test/store/shop.o build/libkeepline.a \
	$(pkg-config --libs libmicrohttpd libcurl jansson libcrypto libsodium sqlite3 libbrotlienc \
		zlib libqrencode inih) -lcmocka -lpthread >&2
