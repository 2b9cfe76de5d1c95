# bash completion for p2p-backup(1)
# SPDX-License-Identifier: ISC

_p2p_backup()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local word verb='' words
	case $prev in
	-C | --config | --path | --to)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--peer | --sheet)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--mode)
		mapfile -t COMPREPLY < <(compgen -W "off discover verify full" -- "$cur")
		return
		;;
	--need | --total | --sample)
		COMPREPLY=()
		return
		;;
	esac
	for word in "${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
		case $word in
		init | run | list | restore | verify | repair | prune | drill | status | recover)
			verb=$word
			break
			;;
		esac
	done
	case $verb,$cur in
	init,*) words="--path --peer --need --total --mode" ;;
	restore,-*) words="--to" ;;
	prune,*) words="-n --dry-run" ;;
	drill,-*) words="--all --sample" ;;
	repair,-*) words="--all" ;;
	recover,-*) words="--sheet --to" ;;
	restore,*) words="latest" ;;
	,-*)
		mapfile -t COMPREPLY < <(compgen -W "-C --config -v --verbose -q --quiet -h --help
			-V --version" -- "$cur")
		return
		;;
	,*) words="init run list restore verify repair prune drill status recover" ;;
	*) words="" ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o filenames -F _p2p_backup p2p-backup
