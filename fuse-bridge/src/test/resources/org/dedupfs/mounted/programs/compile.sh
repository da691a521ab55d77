#!/bin/sh
# make, gcc, ar, ld and running what came of it; a second make must find everything up to date.
set -eu
cd "$1"
for i in $(seq 1 12); do
  printf 'int part%d(int x) { return x + %d; }\n' "$i" "$i" >"part$i.c"
done
{
  echo '#include <stdio.h>'
  for i in $(seq 1 12); do echo "int part$i(int);"; done
  echo 'int main(void) { int x = 0;'
  for i in $(seq 1 12); do echo "x = part$i(x);"; done
  printf '%s\n' 'printf("%d\n", x); return 0; }'
} >main.c
cat >Makefile <<'M'
parts = $(patsubst %.c,%.o,$(wildcard part*.c))
all: static dynamic
libparts.a: $(parts)
	rm -f $@
	ar rcs $@ $^
whole.o: $(parts)
	ld -r -o $@ $^
libparts.so: $(parts)
	gcc -shared -o $@ $^
static: main.o libparts.a
	gcc -o $@ main.o -L. -l:libparts.a
dynamic: main.o libparts.so whole.o
	gcc -o $@ main.o -L. -lparts -Wl,-rpath,$(CURDIR)
%.o: %.c
	gcc -g -O2 -fPIC -c -o $@ $<
M
make -s -j2
test "$(./static)" = 78
test "$(./dynamic)" = 78
make -q
touch part3.c
if make -q; then
  echo "make has not seen that part3.c is newer"
  exit 1
fi
make -s -j2
strip static
test "$(./static)" = 78
