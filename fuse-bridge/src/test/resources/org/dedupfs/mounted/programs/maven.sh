#!/bin/sh
# Maven builds a small project whose tree and output are on the mount, twice, without network.
set -eu
mkdir -p "$1/src/main/java/a" "$1/src/main/resources"
cd "$1"
for i in $(seq 1 60); do
  printf 'package a;\n/** One of many. */\npublic class C%d { public int x() { return %d; } }\n' "$i" "$i" \
    >"src/main/java/a/C$i.java"
  echo "key=$i" >"src/main/resources/r$i.properties"
done
version() {
  sed -n "/<artifactId>maven-$1-plugin/{n;s/.*<version>\(.*\)<.*/\1/p;}" "$PROJECT/pom.xml" | head -n 1
}
cat >pom.xml <<P
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>a</groupId>
  <artifactId>b</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <build>
    <plugins>
      <plugin>
        <artifactId>maven-resources-plugin</artifactId>
        <version>$(version resources)</version>
      </plugin>
      <plugin>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>$(version compiler)</version>
      </plugin>
      <plugin>
        <artifactId>maven-jar-plugin</artifactId>
        <version>$(version jar)</version>
      </plugin>
    </plugins>
  </build>
</project>
P
# The plugins are those of the build that this test is part of; nothing needs the network.
build_in=$2
build() {
  mvn -B -o process-resources compile "org.apache.maven.plugins:maven-jar-plugin:$(version jar):jar" \
    >"$build_in/maven.log" 2>&1 || { cat "$build_in/maven.log"; exit 1; }
}
build
test "$(jar tf target/b-1.jar | grep -c 'a/C.*class')" = 60
build
grep -q 'Nothing to compile' "$2/maven.log"
echo 'package a; class More { }' >src/main/java/a/More.java
build
test -e target/classes/a/More.class
