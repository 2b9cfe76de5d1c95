# The paths of a job, as tar takes them, and what of them cannot be meant.
# SPDX-License-Identifier: ISC

# tar_of JOB WORD ...: call WORD ... with tar's arguments behind. The same files
# give the same bytes, so that nothing is sent twice. $flat may keep it from what
# is below the paths.
tar_of()
{
	tar_job=$1
	shift
	set -- "$@" --sort=name --one-file-system --acls --xattrs --format=posix \
		--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime
	[ "$flat" ] && true > "$work/kept" || stores_below "$tar_job" || return
	set -- "$@" --anchored --no-wildcards --exclude-from="$work/kept" \
		--no-anchored --wildcards
	# A socket is a program's that listens, and no data.
	set -- "$@" --warning=no-file-ignored
	while IFS= read -r line; do
		case $line in
		'') ;;
		/*)
			set -- "$@" --anchored --no-wildcards --exclude=".${line%/}" \
				--no-anchored --wildcards
			;;
		*) set -- "$@" --exclude="$line" ;;
		esac
	done <<- END
	$(values "$tar_job" exclude)
	END
	# Before the patterns it would keep them from matching what is below.
	set -- "$@" --no-unquote ${flat:+"$flat"} -C / --
	while IFS= read -r line; do
		set -- "$@" ".${line%/}"
	done <<- END
	$(values "$tar_job" path)
	END
	"$@"
}

# no_links JOB: of a path that is a link tar would keep the link alone.
no_links()
{
	failed=0
	values "$1" path > "$work/paths" || return 4
	while IFS= read -r line; do
		[ -L "${line%/}" ] || continue
		complain "$1: the path '$line' is a symbolic link, and no more than the link would be backed up" \
			"say in '$config' where it leads: path = $(readlink -f -- "${line%/}")"
		failed=2
	done < "$work/paths"
	return "$failed"
}

# no_holes JOB: each path is among what tar says that it would keep. If it says
# anything else it will do so again, when it keeps them.
no_holes()
{
	values "$1" path > "$work/paths" || return 4
	[ -s "$work/paths" ] || return 0
	failed=0 flat=--no-recursion
	tar_of "$1" tar --quoting-style=literal -cvf /dev/null 2> "$work/tar" |
		sed 's,/$,,; s,^\.,,' > "$work/told" || failed=4
	flat=''
	[ "$failed" -eq 0 ] && [ ! -s "$work/tar" ] || return "$failed"
	while IFS= read -r line; do
		! LC_ALL=C grep -qxF -e "${line%/}" "$work/told" || continue
		complain "$1: the path '$line' is left out as a whole by an 'exclude'" \
			"take that 'exclude', or the path, out of '$config'"
		failed=2
	done < "$work/paths"
	return "$failed"
}

# no_patterns JOB: whoever means one by an 'exclude' that is a path is told.
no_patterns()
{
	while IFS= read -r line; do
		case $line in /*[*?]*) ;; *) continue ;; esac
		[ -e "$line" ] || [ -L "${line%/}" ] ||
			warn "$1: 'exclude = $line' is one path, and there is none"
	done <<- END
	$(values "$1" exclude)
	END
}
