#!/bin/sh
# Clones, commits, merges, packs and checks. $1: an empty directory of the mount; $2: one elsewhere.
set -eu
export HOME="$2" GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
export GIT_CONFIG_NOSYSTEM=1
git init -q -b main "$2/origin"
cd "$2/origin"
for i in $(seq 1 150); do
  mkdir -p "d$((i % 10))"
  seq "$i" $((i * 30)) >"d$((i % 10))/file$i"
done
git add .
git commit -q -m first
for i in $(seq 1 20); do
  echo "$i" >>d1/file1
  git commit -q -a -m "change $i"
done
git clone -q "$2/origin" "$1/clone"
cd "$1/clone"
git fsck --full --strict
git checkout -q -b branch HEAD~5
echo more >d2/file2
git commit -q -a -m branch
git merge -q -m merge main
git gc -q --aggressive --prune=now
git fsck --full --strict
git repack -q -a -d -f
test -z "$(git status --porcelain)"
git clone -q --local "$1/clone" "$1/second"
cd "$1/second"
git fsck --full --strict
git rm -q -r d3
git stash -q
git stash pop -q --index
git commit -q -m removed
git worktree add -q "$1/tree" HEAD~1
test -z "$(git -C "$1/tree" status --porcelain)"
git push -q origin HEAD:refs/heads/pushed
git -C "$1/clone" fsck --full --strict
