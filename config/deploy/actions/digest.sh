#!/usr/bin/env bash
# One run of Papers Digest on a machine that forgets everything, such as a runner of GitHub or
# GitLab: takes the state from a branch, runs, and stores the state in the branch again.
#
#   bash .github/digest.sh      in a fresh checkout, with `digest` on the path
#
# The branch has one commit with the ledger, packed, and the few files beside it, without a history.
# Pages are to be published only after this has ended with status 0: the state is stored by then.
# Needs bash 4.4, git 2.20, gzip, GNU touch, xargs, and a remote to which it may push.
set -euo pipefail
shopt -s inherit_errexit

remote=${DIGEST_REMOTE:-origin}
branch=${DIGEST_BRANCH:-digest-state}
ref=refs/heads/$branch
# Files of state/ that are kept beside the ledger, by name. All others are made again, or are not
# meant for a branch that others may read.
notes=(notices.json runs.jsonl)
ledger=ledger.sqlite3.gz # packed, because GitHub refuses files above 100 MiB
beside=(fetch.json "${notes[@]}")

export GIT_AUTHOR_NAME="Papers Digest" GIT_AUTHOR_EMAIL=papers-digest@localhost
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
export GIT_TERMINAL_PROMPT=0

say() { printf '%s\n' "digest.sh: $*"; }

warn() { printf '%s\n' "${GITHUB_ACTIONS:+::warning::}digest.sh: $*"; }

fail() {
  printf '%s\n' "${GITHUB_ACTIONS:+::error::}digest.sh: $*" >&2
  exit 1
}

# Prints the commit of the branch at the remote, or nothing if there is no such branch. A remote
# that does not answer is an error: it must never be taken for one without a branch.
tip() {
  local line
  line=$(git ls-remote "$remote" "$ref") || fail "the remote $remote does not answer"
  printf '%s' "${line%%[[:space:]]*}"
}

# Puts the state of the branch into state/, and its commit into `base` (empty at the first run).
restore() {
  base=$(tip)
  if [ -z "$base" ]; then
    say "$remote has no branch $branch yet: this is the first run"
    return
  fi
  git fetch --quiet --depth=1 --no-tags "$remote" "+$ref:refs/digest/state" ||
    fail "the branch $branch cannot be fetched"
  base=$(git rev-parse --verify refs/digest/state)
  if ! git cat-file blob "$base:$ledger" | gunzip >"$work/ledger.sqlite3"; then
    fail "the branch $branch has no readable $ledger, so nothing was run." \
      "Put a backup there, or delete the branch to begin anew: see the guide to GitHub Actions"
  fi
  if ! digest restore --yes "$work/ledger.sqlite3" >"$work/restored"; then
    fail "the ledger in the branch $branch cannot be used, so nothing was run." \
      "Put a backup there, or delete the branch to begin anew: see the guide to GitHub Actions"
  fi
  local name
  for name in "${beside[@]}"; do
    if git cat-file -e "$base:$name" 2>/dev/null; then
      git cat-file blob "$base:$name" >"state/$name"
    fi
  done
}

# Gives the files of the inbox the times of their last commits. A checkout gives them its own time,
# and `digest` would take every file for one that came again. Names may hold anything.
date_inbox() {
  local entry time="" names=()
  local -A known=()
  while IFS= read -r -d '' entry; do
    entry=${entry#$'\n'} # stands before the first name of a commit
    if [[ $entry == @* ]]; then
      set_time "$time" "${names[@]}"
      time=${entry#@} names=()
    elif [ -z "${known[$entry]:-}" ]; then # the newest commit comes first
      names+=("$entry") known[$entry]=yes
    fi
  done < <(git log --first-parent -m --no-renames -z --format=@%ct --name-only -- inbox &&
    printf '@\0')
}

# Gives files this time; of a link the link itself, not what it leads to.
set_time() {
  [ $# -gt 1 ] || return 0
  printf '%s\0' "${@:2}" | xargs -0 touch -c -h -d "@$1" --
}

# Does what is due, and leaves the exit status of `digest run` in `status`.
run() {
  status=0
  digest run --due || status=$?
  case $status in
    0) ;;
    3) warn "something could not be read; the lines above name it" ;;
    4) warn "nothing new came, or not for a long time" ;;
    *) say "digest run failed with status $status" ;;
  esac
}

# Prints the lines of a tree: what is to be stored after the run.
entries() {
  local name id
  if [ "$failed" = no ]; then
    id=$(git hash-object -w --no-filters "$work/$ledger")
    printf '100644 blob %s\t%s\n' "$id" "$ledger"
  else
    # What a failed run left may be half of something: the next one begins where this one did.
    git ls-tree "$base" -- "$ledger" fetch.json
  fi
  local files=("${beside[@]}")
  [ "$failed" = no ] || files=("${notes[@]}")
  for name in "${files[@]}"; do
    if [ -f "state/$name" ]; then
      id=$(git hash-object -w --no-filters "state/$name")
      printf '100644 blob %s\t%s\n' "$id" "$name"
    fi
  done
}

# Stores the state in the branch, unless nothing changed. Sets `lost` to yes if another run has
# stored its state since `restore`: what this run did is then not to be published.
store() {
  lost=no failed=no
  [[ $status == [034] ]] || failed=yes
  if [ "$failed" = yes ]; then
    [ -n "$base" ] || return 0
  else
    [ -f state/ledger.sqlite3 ] ||
      fail "there is no state/ledger.sqlite3 after the run: [state] path has to be \"state\" here"
    digest -q backup --into "$work/ledger.sqlite3"
    gzip --no-name --force "$work/ledger.sqlite3"
  fi
  local tree commit now
  tree=$(entries | git mktree)
  # The history of runs alone, in which every run is counted, is no reason to push.
  if [ -n "$base" ] && git diff --quiet "$base" "$tree" -- . ':(exclude)runs.jsonl'; then
    now=$(tip)
    [ "$now" = "$base" ] || lost=yes
    say "the state is the same as before"
    return
  fi
  commit=$(git commit-tree "$tree" -m "State after a run of Papers Digest")
  # Refused if the branch is not what `restore` found; an empty base means that there is none.
  if git push --quiet --force-with-lease="$ref:$base" "$remote" "$commit:$ref"; then
    say "the state is stored in the branch $branch"
    return
  fi
  now=$(tip)
  case $now in
    "$commit") say "the state is stored in the branch $branch" ;; # only the answer was lost
    "$base") fail "the state cannot be stored: $remote refuses a push to $branch" ;;
    *) lost=yes ;;
  esac
}

if [ -e state ] || [ -L state ]; then
  fail "there is a folder state/ here already. This script is for a fresh checkout, and state/" \
    "does not belong into the repository (git rm -r --cached state). By hand: digest run"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

date_inbox
for _ in first second; do
  restore
  run
  store
  [ "$failed" = no ] || fail "nothing was published; the state before this run is kept"
  [ "$lost" = yes ] || exit 0
  say "another run has stored its state meanwhile: starting again from that"
  # Made by this script: there was no state/ when it began.
  git clean -ffdxq -- state output
done
fail "another run was faster twice. Nothing was published; the next run goes on from its state"
