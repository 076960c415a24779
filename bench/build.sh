# Sourced by bench/run: builds what it runs, into build/bench.
make --no-print-directory -s -j"$(nproc)" all lib >&2 || exit 1
mkdir -p build/bench
flags='-std=c17 -D_GNU_SOURCE -I. -Isrc -Ibuild/gen -O2 -g1
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wformat=2 -Werror'
libs=$(pkg-config --libs libmicrohttpd libcurl jansson libcrypto libsodium sqlite3 libbrotlienc \
	zlib libqrencode inih)
# shellcheck disable=SC2086 # lists of words
bench_cc() {
	cc $flags -o "build/bench/$1" "${@:2}" build/libkeepline.a $libs -lpthread >&2 || exit 1
}
# shellcheck disable=SC2086
cc $flags -shared -fPIC -o build/bench/shim.so bench/shim.c >&2 || exit 1
bench_cc silent bench/silent.c
bench_cc store bench/store.c bench/house.c
[ ! -e bench/load.c ] || bench_cc load bench/load.c bench/engine.c bench/scenario.c bench/orders.c
