import { personalData } from '../personal-data.ts'
import { DONE_DAYS } from './queue.ts'

export const queueData = [
  personalData('jobs.job', {
    title: {
      uk: 'Черга завдань: номер того, над чим працює сервер, наприклад архіву з даними',
      en: 'The queue of tasks: the id of what the server works on, such as an archive of data',
    },
    columns:
      'name policy data output singleton_key group_id group_tier dead_letter source_name source_output trace_context',
    basis: 'contract',
    keepDays: DONE_DAYS,
    erase: 'keep',
    why: {
      uk: 'Тут лише номери. Виконані завдання стираються самі.',
      en: 'It holds ids alone. What is done is deleted by itself.',
    },
    export: {
      leftOut: {
        uk: 'Номери завдань, які виконує сервер.',
        en: 'Ids of tasks of the server.',
      },
    },
  }),
]
