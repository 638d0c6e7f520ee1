#!/bin/sh
# Publishes output/ as a branch of one commit, for GitHub Pages and the like:
#
#   [[publish]]
#   command = ["sh", "deploy/publish-gh-pages.sh", "git@github.com:you/papers.git"]
#
# A second argument is the branch, gh-pages without one. Pages that are gone are removed by name;
# CNAME, .nojekyll and everything else that was put there stays. If somebody pushes meanwhile, it
# begins again. It may be killed at any time and run twice at once: the branch is the old or the
# new one.
set -eu

remote=$1
branch=refs/heads/${2:-gh-pages}
removed=${DIGEST_REMOVED:?"digest publish sets it"}
# Beside the list. It only saves fetching, and may be deleted.
repository=${removed%/*}/gh-pages.git
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
if [ ! -d "$repository" ]; then
  # Made beside and moved: a killed "git init" leaves a lock that stops every later one.
  made=$(mktemp -d "$repository.XXXXXX")
  git init -q --bare "$made"
  mv "$made" "$repository"
  # Of two at once, the later one is moved into the earlier one.
  rm -rf "${repository:?}/${made##*/}"
fi
export GIT_DIR="$repository" GIT_WORK_TREE="$PWD/output" GIT_INDEX_FILE="$scratch/index"
export GIT_TERMINAL_PROMPT=0 # nobody is there to answer

run_git() {
  git -c core.autocrlf=false -c gc.auto=0 -c user.name="Papers Digest" \
    -c user.email=papers-digest@localhost "$@"
}

# Makes the commit of the branch and pushes it, unless the branch has been pushed to meanwhile.
publish() {
  old=$(run_git ls-remote "$remote" "$branch" | cut -f 1)
  if [ -n "$old" ]; then
    run_git fetch -q --no-tags --no-write-fetch-head "$remote" "$old"
    run_git read-tree "$old"
  else
    run_git read-tree --empty
    run_git update-index --add --cacheinfo "100644,$(run_git hash-object -w /dev/null),.nojekyll"
  fi
  cd "$GIT_WORK_TREE"
  run_git update-index --force-remove --stdin <"$removed"
  run_git add --force --no-all -- . ':(exclude).digest-staged-*'
  cd "$OLDPWD"
  tree=$(run_git write-tree)
  if [ -n "$old" ] && [ "$tree" = "$(run_git rev-parse "$old^{tree}")" ]; then
    return 0
  fi
  new=$(run_git commit-tree -m "Publish" "$tree")
  run_git push -q --force-with-lease="$branch:$old" "$remote" "$new:$branch"
  # Keeps what the branch holds, so that the next fetch brings only what others have pushed.
  run_git update-ref "refs/published/${branch##*/}" "$new"
}

for attempt in 1 2 3 4 5; do
  # In a shell of its own: in a condition `set -e` would not end it at the first failure.
  set +e
  (set -e; publish)
  status=$?
  set -e
  [ $status -ne 0 ] || break
  sleep "$attempt"
done
[ $status -eq 0 ] || exit 1
# What earlier commits alone held, two weeks later. A killed one may leave a lock.
git -c gc.autoDetach=false gc -q --auto || rm -rf "$repository"
