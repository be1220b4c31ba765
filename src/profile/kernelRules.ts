import type { Rule } from './rules.ts';

/** A page was missing: any such frame on the kernel's part of the stack. */
export const PAGE_FAULT_RULES: readonly Rule[] = [
  {
    category: 'page-fault',
    match:
      /^(?:asm_exc_page_fault|exc_page_fault|do_user_addr_fault|(?:__)?handle_mm_fault|do_anonymous_page|do_page_fault|el0_da|do_mem_abort)$/,
    example: 'main;__memmove_avx_unaligned_erms;asm_exc_page_fault_[k];exc_page_fault_[k];clear_page_erms_[k]',
  },
];

/** Paths through the kernel that tell what a read or write is of; they count under a system call that works on any file. */
export const PATH_RULES: readonly Rule[] = [
  {
    category: 'network',
    match:
      /^(?:tcp_|udp_|inet6?_|sock_|(?:__)?ip_|ipv6_|sk_|skb_|unix_stream|net_rx|process_backlog|__netif|napi_|dev_queue)/,
    example: 'main;write;__x64_sys_write_[k];ksys_write_[k];sock_write_iter_[k];tcp_sendmsg_[k]',
  },
  {
    category: 'event-loop',
    match: /^(?:eventfd_|ep_poll|do_epoll_|timerfd_)/,
    example: 'main;write;__x64_sys_write_[k];eventfd_write_[k]',
  },
];

/** What the kernel does without a system call; the leaf and its callers in the kernel are held against them. */
export const KERNEL_RULES: readonly Rule[] = [
  {
    category: 'kernel',
    match:
      /^(?:asm_sysvec_\w+|sysvec_\w+|asm_common_interrupt|common_interrupt|handle_softirqs|__do_softirq|irq_exit\w*|irqentry_\w+|asm_exc_nmi|exc_nmi)$/,
    example: 'main;work;asm_sysvec_apic_timer_interrupt_[k];tick_sched_handle_[k]',
  },
  {
    category: 'kernel',
    match:
      /^(?:schedule|__schedule|schedule_\w+|preempt_schedule\w*|finish_task_switch\S*|try_to_wake_up|ttwu_\w+|pick_next_task\w*|(?:en|de)queue_(?:task|entity)\w*|update_curr|exit_to_user_mode_\w+)$/,
    example: 'main;work;ret_from_fork_asm_[k];schedule_tail_[k];finish_task_switch.isra.0_[k]',
  },
  {
    category: 'kernel',
    match: /^(?:ret_from_fork\w*|kthread|worker_thread|process_one_work)$/,
    example: 'kworker;kthread_[k];kcompactd_[k]',
  },
];

/** The kernel has nothing to do. */
export const IDLE_RULES: readonly Rule[] = [
  {
    category: 'idle',
    match: /^(?:do_idle|cpu_startup_entry|cpuidle_\w+|default_idle\w*|swapper|\(idle\))$/,
    example: 'swapper;cpu_startup_entry_[k];intel_idle_[k]',
  },
];
