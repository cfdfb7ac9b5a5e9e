#!/usr/bin/env bash
# One run for a continuous check on GitHub: annotations on standard output, the other reports as files, their names as
# outputs of the step. Reads GIVEN_PATHS, GIVEN_ARGUMENTS, REPORTS, WHERE, GITHUB_OUTPUT and GITHUB_STEP_SUMMARY.
set -euo pipefail
read -r -a paths <<<"${GIVEN_PATHS:-}"
read -r -a arguments <<<"${GIVEN_ARGUMENTS:-}"
reports=${REPORTS:-policy-engine-reports}
mkdir -p "$reports"
for name in sarif markdown html json; do
  echo "$name=${WHERE:-.}/$reports/policy-engine.$name" >>"$GITHUB_OUTPUT"
done
status=0
policy-engine evaluate ${paths[@]+"${paths[@]}"} --as-of "$(date -u +%F)" \
  --format github \
  --format "github-summary=$reports/policy-engine.summary" \
  --format "github-sarif=$reports/policy-engine.sarif" \
  --format "markdown=$reports/policy-engine.markdown" \
  --format "html=$reports/policy-engine.html" \
  --format "json=$reports/policy-engine.json" \
  ${arguments[@]+"${arguments[@]}"} || status=$?
if [ -f "$reports/policy-engine.summary" ]; then
  cat "$reports/policy-engine.summary" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$status"
