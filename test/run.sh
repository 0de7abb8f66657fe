#!/usr/bin/env bash
# Builds everything in Release and runs every test. The last line is "N passed, N failed"; the exit code is 0 only when something ran and
# nothing failed. Needs the .NET 10 SDK; what else the tests need is installed when it is missing.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"

results="$(mktemp -d)"
trap 'rm -rf "$results"' EXIT

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# Build servers that outlive this script would hold its output open for whoever waits for the end of it.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
# The SDK and its package folder want a home that can be written to.
if [ ! -w "${HOME:-/nonexistent}" ]; then
    export HOME="$results/home"
    mkdir -p "$HOME"
fi

# has NAME: whether a command is there, or for "python3:MODULE" a module of one of the Pythons that the tests try.
has() {
    case "$1" in
        python3:*)
            local each
            for each in python3 /usr/bin/python3; do
                "$each" -c "import ${1#*:}" >/dev/null 2>&1 && return 0
            done
            return 1
            ;;
        *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

# need NAME PACKAGE: makes sure a command or module is there, installing Debian's package when it is not.
need() {
    has "$1" && return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || { echo "The tests need '$1': install the package '$2'." >&2; return 1; }
        as_root=(sudo -n)
    fi
    echo "Installing $2 ..." >&2
    "${as_root[@]}" apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$2" >&2
}

# Servers and tools of the tests, as "name package".
needs=("lz4 lz4" "python3:msgpack python3-msgpack" "redis-server redis-server")
for each in "${needs[@]}"; do
    # shellcheck disable=SC2086
    need $each
done

if ! command -v dotnet >/dev/null 2>&1; then
    echo "The .NET 10 SDK is not installed: there is no 'dotnet'." >&2
    echo "0 passed, 1 failed"
    exit 1
fi

# counter FILE NAME: one number of a result file's summary, 0 when it is not there.
counter() {
    local number
    number="$(grep -o '<Counters [^>]*' "$1" 2>/dev/null | head -n 1 | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*' || true)"
    echo "${number:-0}"
}

# failures FILE: the failed tests of a result file, one a line, each with the first lines of what it says.
failures() {
    awk '/<UnitTestResult / && /outcome="Failed"/ { name = $0; sub(/.*testName="/, "", name); sub(/".*/, "", name); print "Failed: " name; lines = 3; next }
         /<Message>/ && lines > 0 { saying = 1 }
         saying && lines > 0 { line = $0; gsub(/ *<\/?Message>/, "", line); print "Failed:     " line; lines-- }
         /<\/Message>/ || lines == 0 { saying = 0 }' "$1" 2>/dev/null || true
}

passed=0 failed=0 skipped=0 named=""

if ! dotnet build Cache.sln -c Release -v quiet --nologo; then
    echo "The build failed: no test was run." >&2
    failed=1
else
    for project in test/*.Tests/*.csproj; do
        name="$(basename "$project" .csproj)"
        echo "== $name"
        code=0
        dotnet test "$project" -c Release --no-build --nologo -v quiet \
            --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" --results-directory "$results" || code=$?

        trx="$results/$name.trx"
        total="$(counter "$trx" total)" good="$(counter "$trx" passed)" bad=0
        for kind in failed error timeout aborted; do
            bad=$((bad + $(counter "$trx" "$kind")))
        done
        # A run that broke off, or in which nothing ran, is a failure that no test reports.
        if [ "$bad" -eq 0 ] && { [ "$code" -ne 0 ] || [ "$good" -eq 0 ]; }; then
            named+="Failed: $name: the run ended with $code and $good passed tests."$'\n'
            bad=1
        fi
        named+="$(failures "$trx")"$'\n'
        passed=$((passed + good)) failed=$((failed + bad))
        if [ "$total" -gt $((good + bad)) ]; then
            skipped=$((skipped + total - good - bad))
        fi
    done
fi

if [ $((passed + failed)) -eq 0 ]; then
    echo "No test was run." >&2
    failed=1
fi

summary="$passed passed, $failed failed"
if [ "$skipped" -gt 0 ]; then
    summary="$summary, $skipped skipped"
fi
# What failed stands last, where nobody has to look for it.
grep '^Failed' <<<"$named" || true
echo "$summary"
[ "$failed" -eq 0 ]
