# Stores below a path of a job: what they keep for others would be kept by them,
# too, and grow each night. Only that is left out.
# SPDX-License-Identifier: ISC

# stores_below JOB: those go to $work/stores, and what they keep to $work/kept, in
# the words of tar. A file of that name alone makes no store: only if the folder of
# an owner is beside it has it anything to keep.
stores_below()
{
	true > "$work/kept" || return 4
	values "$1" path | while IFS= read -r line; do
		find "${line%/}/" -xdev -name shardkit-store -type f ! -path '*
*' -printf '%h\n' 2> /dev/null
	done | sort -u | while IFS= read -r store; do
		owners=$(find "$store/" -mindepth 1 -maxdepth 1 -type d \
			-regextype posix-extended \
			-regex '.*/[0-9A-Z]{14}(-[0-9A-Z]{14}){3}' -printf '%f\n') || return 4
		[ "$owners" ] || continue
		printf '%s\n' "$store"
		for name in $owners shardkit-store tmp scrub votes orders evidence; do
			printf '.%s/%s\n' "$store" "$name"
		done >> "$work/kept" || return 4
	done > "$work/stores"
}

# tell_stores JOB: what of it was no part of the backup. One that is itself a path
# should be elsewhere.
tell_stores()
{
	[ -f "$work/stores" ] || return 0
	while IFS= read -r store; do
		text="$1: what the store '${store:-/}' keeps is left out"
		if values "$1" path | grep -qxF -e "$store" -e "$store/"; then
			warn "$text"
		else
			say "$text"
		fi
	done < "$work/stores"
}
