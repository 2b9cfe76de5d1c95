# The bytes of a snapshot: brought, known to be all, and put where they belong.
# SPDX-License-Identifier: ISC

# bring FOLDER NUMBER COMMAND ...: run it on the plain bytes. Only if all three
# say so it is all of them; who says nothing has failed.
bring()
{
	folder=$1 number=$2
	shift 2
	rm -f "$work/fetch" "$work/join"
	{
		ask shard-fetch "$folder" "$number"
		tell $? "$work/fetch"
	} | {
		shard-join -C "$folder" ${talk:+"$talk"}
		tell $? "$work/join"
	} | "$@"
	took=$?
	for tool in fetch join; do
		failed=$(told "$work/$tool")
		[ "$failed" -eq 0 ] || return "$failed"
	done
	return "$took"
}

# tell STATUS FILE: for told. Where there is no room for it the file is empty, or
# is not there.
tell()
{
	{ echo "$1" > "$2"; } 2> /dev/null || :
}

# told FILE: the exit status that is in it, or 4.
told()
{
	told=$(cat "$1" 2> /dev/null) || :
	case $told in '' | *[!0-9]*) told=4 ;; esac
	echo "$told"
}

# What tar -x is given besides. It reads on to the end of the stream, where
# shard-join says whether that is the true one.
untar()
{
	tar -x --acls --xattrs --xattrs-include='*' -C "$@" || return 4
	cat > /dev/null
}

# part DIR PATH: that much of it; 9 if there is no such thing in it, 8 if some of
# it must be borrowed.
part()
{
	failed=0
	(LC_ALL=C && export LC_ALL && untar "$1" -vv --quoting-style=c \
		--no-wildcards --no-unquote -- ".${2%/}") \
		> "$work/members" 2> "$work/tar" || failed=4
	cat > /dev/null
	links_out < "$work/members" > "$work/out" || return 4
	if [ "$failed" -gt 0 ]; then
		[ -s "$work/tar" ] || return 4
		! grep -v -e ': Not found in archive$' -e ': Exiting with failure' \
			-e ': Cannot hard link to .*: No such file' "$work/tar" >&2 || return 4
		! grep -q ': Not found in archive$' "$work/tar" || return 9
	fi
	[ ! -s "$work/out" ] || return 8
	return "$failed"
}

# links_out < MEMBERS as tar -vv tells them: those that are other names of files
# which are not among them, as NAME TAB FILE for -T.
links_out()
{
	awk '
	# The quoted text at this place of the line; $0 becomes what follows it.
	function quoted(    text) {
		$0 = substr($0, index($0, "\"") + 1)
		match($0, /^([^"\\]|\\.)*/)
		text = substr($0, 1, RLENGTH)
		$0 = substr($0, RLENGTH + 2)
		gsub(/\\"/, "\"", text)
		return text
	}
	{
		is_link = /^h/
		name = quoted()
	}
	!is_link { seen[name] = 1; next }
	{ file = quoted() }
	!(file in seen) { print name "\t" file }'
}

# borrow NUMBER: what part has left out. Its bytes are with names that nobody has
# asked for, so they come to a folder of ours, and from there.
borrow()
{
	rm -rf "$work/lent"
	mkdir "$work/lent" || return 4
	cut -f 1 "$work/out" > "$work/names" || return 4
	cut -f 2 "$work/out" | sort -u | cat - "$work/names" > "$work/both" || return 4
	bring "$read" "$1" untar "$work/lent" -T "$work/both" || return
	{
		tar -c --acls --xattrs --format=posix -C "$work/lent" -T "$work/names"
		tell $? "$work/lending"
	} | untar "$to" || return
	rm -rf "$work/lent"
	return "$(told "$work/lending")"
}

# Whether these are the first bytes of an archive of tar.
is_tar()
{
	[ "$(tail -c +258 "$1" | head -c 5)" = ustar ]
}

# unpack DIR FILE [PATH]: what is an archive goes below DIR, or PATH of it; if it
# is none, it becomes FILE.
unpack()
{
	head -c 512 > "$work/head" || return 4
	if ! is_tar "$work/head"; then
		[ -z "$3" ] || {
			cat > /dev/null
			return 9
		}
		cat "$work/head" - | keep "$2"
	elif [ "$3" ]; then
		cat "$work/head" - | part "$1" "$3"
	else
		cat "$work/head" - | untar "$1"
	fi
}

# keep FILE: as FILE.part, until it is known to be all. It may be the dump of a
# database, which not everybody may read.
keep()
{
	(umask 077 && cat > "$1.part") || return 4
}
