# The command line.
# SPDX-License-Identifier: ISC

usage()
{
	cat <<- 'END'
	usage: p2p-backup init [--path DIR] [--peer LINE] [--need N] [--total N] [--mode MODE]
	       p2p-backup run [job ...]
	       p2p-backup list
	       p2p-backup restore [job | snapshot] [path] [--to DIR]
	       p2p-backup verify
	       p2p-backup repair [--all]
	       p2p-backup prune [-n]
	       p2p-backup drill [--all] [--sample N] [job ...]
	       p2p-backup status
	       p2p-backup recover [--sheet FILE] [--to DIR] address [id]
	Back up what backup.conf says, and look after it.

	  -C, --config DIR           where keys, roster and backup.conf are
	  -v, --verbose              say more
	  -q, --quiet                say only what is wrong
	  -h, --help                 print this and exit
	  -V, --version              print the version and exit
	END
}

misuse()
{
	watched=''
	complain "$@"
	usage >&2
	exit 2
}

# Folders of our own: $state lasts, $work does not.
prepare()
{
	(umask 077 && mkdir -p "$home/backup") || die 4 "cannot make '$home/backup'"
	home=$(cd "$home" && pwd) || exit 4
	config=$home/backup.conf state=$home/backup
	trap 'exit 4' HUP PIPE TERM
	trap 'watched=; exit 4' INT
	locked='' watched='' alarmed='' heard='' cramped=''
	work=$(mktemp -d "${TMPDIR:-/tmp}/p2p-backup.XXXXXXXXXX") || exit 4
	work=$(cd "$work" && pwd) || exit 4
	trap 'tell_end $?; unlock; clear_drill; rm -rf "$work" "$state/work.$$"' EXIT
	(umask 077 && echo "$work" > "$state/work.$$") 2> /dev/null || :
}

main()
{
	set -u
	# What tar and cd would heed.
	unset TAR_OPTIONS TAPE CDPATH
	# The tools are beside this script, where cron's own PATH does not lead.
	case $0 in */*) beside=$(cd "${0%/*}" && pwd) && PATH=$PATH:$beside ;; esac
	home=${SHARDKIT_HOME:-${XDG_CONFIG_HOME:-${HOME-}/.config}/shardkit}
	quiet='' talk='' found='' flat=''
	while :; do
		case ${1-} in
		-C | --config)
			[ $# -gt 1 ] || misuse "option '$1' needs a value"
			home=$2
			shift
			;;
		--config=*) home=${1#*=} ;;
		-C?*) home=${1#-C} ;;
		-q | --quiet) quiet=1 talk=-q ;;
		-v | --verbose) quiet='' talk=-v ;;
		-h | --help)
			usage || exit 4
			exit
			;;
		-V | --version)
			echo "p2p-backup (shardkit) $VERSION" || exit 4
			exit
			;;
		-*) misuse "unknown option '$1'" ;;
		*) break ;;
		esac
		shift
	done
	[ "$home" != /.config/shardkit ] ||
		die 2 "no configuration folder: set SHARDKIT_HOME or HOME"
	verb=${1-}
	[ $# -eq 0 ] || shift
	case $verb in
	init | recover) prepare ;;
	run | list | restore | verify | repair | prune | drill | status)
		prepare
		config_read
		case $verb in
		run | verify | repair | drill)
			watched=1
			trap : PIPE # whether anybody listens or not
			;;
		esac
		;;
	'') misuse "say what to do" ;;
	*) misuse "there is no command '$verb'" ;;
	esac
	# A tool that was killed has a status of its own; to the table it is 4.
	"$verb" "$@" || {
		failed=$?
		[ "$failed" -le 4 ] || failed=4
		return "$failed"
	}
}
