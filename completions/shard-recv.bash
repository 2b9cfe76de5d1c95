# bash completion for shard-recv(1)
# SPDX-License-Identifier: ISC

_shard_recv()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	case $prev in
	-C | --config | -d | --store)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-X | --store-exec)
		mapfile -t COMPREPLY < <(compgen -c -- "$cur")
		return
		;;
	-M | --metrics)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-F | --log-format)
		mapfile -t COMPREPLY < <(compgen -W "logfmt json" -- "$cur")
		return
		;;
	-u | --user)
		mapfile -t COMPREPLY < <(compgen -u -- "$cur")
		return
		;;
	-a | --announce)
		mapfile -t COMPREPLY < <(compgen -W "$(cd /sys/class/net && echo *)" -- "$cur")
		return
		;;
	-l | --listen | -k | --keep-dropped | -m | --most | -A | --audits | -s | --scrub)
		COMPREPLY=()
		return
		;;
	esac
	case $cur in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "-l --listen -1 --once -a --announce -i --alias -d --store -k --keep-dropped
			-N --no-drop -m --most -A --audits -s --scrub -u --user -X --store-exec -M --metrics
			-F --log-format -C --config -v --verbose
			-q --quiet -h --help -V --version" -- "$cur")
		;;
	*)
		COMPREPLY=()
		;;
	esac
}
complete -o filenames -F _shard_recv shard-recv
