"""The staff's pages."""

from django.urls import include, path

from desk.views import commitments, customers, horizon, new_ticket, outbox, preferences, promises, ticket, tickets_list

app_name = "desk"

urlpatterns = [
    path("", horizon.horizon, name="horizon"),
    path("horizon/rows/", horizon.rows, name="horizon-rows"),
    path("horizon/lanes/", horizon.shown, name="horizon-lanes"),
    path("tickets/", tickets_list.tickets, name="tickets"),
    path("tickets/results/", tickets_list.results, name="tickets-results"),
    path("customers/", customers.customers, name="customers"),
    path("customers/new/", customers.new, name="customer-new"),
    path("customers/<int:customer_id>/", customers.customer, name="customer"),
    path("customers/<int:customer_id>/edit/", customers.edit, name="customer-edit"),
    path("commitments/<int:commitment_id>/take/", commitments.take, name="commitment-take"),
    path("tickets/new/", new_ticket.new_ticket, name="ticket-new"),
    path("tickets/new/due-times/", new_ticket.preview, name="ticket-new-preview"),
    path("tickets/new/customers/", new_ticket.customer_search, name="ticket-new-customers"),
    path("tickets/<int:number>/", ticket.ticket, name="ticket"),
    path("tickets/<int:number>/thread/", ticket.thread, name="ticket-thread"),
    path("tickets/<int:number>/reply/", ticket.reply, name="ticket-reply"),
    path("tickets/<int:number>/call/", ticket.call, name="ticket-call"),
    path("tickets/<int:number>/note/", ticket.note, name="ticket-note"),
    path("tickets/<int:number>/draft/", ticket.save_draft, name="ticket-draft"),
    path("tickets/<int:number>/owner/", ticket.assign, name="ticket-assign"),
    path("tickets/<int:number>/state/", ticket.change_state, name="ticket-state"),
    path("tickets/<int:number>/facts/", ticket.change_facts, name="ticket-facts"),
    path("messages/<int:message_id>/undo/", ticket.undo, name="message-undo"),
    path("outbox/", outbox.outbox_page, name="outbox"),
    path("messages/<int:message_id>/log/", outbox.delivery_log, name="mail-log"),
    path("messages/<int:message_id>/retry/", outbox.retry, name="mail-retry"),
    path("messages/<int:message_id>/arrived/", outbox.arrived, name="mail-arrived"),
    path("messages/<int:message_id>/lost/", outbox.lost, name="mail-lost"),
    path("messages/<int:message_id>/cancel/", outbox.cancel, name="mail-cancel"),
    path("commitments/<int:commitment_id>/move/", promises.move, name="commitment-move"),
    path("commitments/<int:commitment_id>/done/", promises.done, name="commitment-done"),
    path("commitments/<int:commitment_id>/start/", promises.start, name="commitment-start"),
    path("commitments/<int:commitment_id>/withdraw/", promises.withdraw, name="commitment-withdraw"),
    path("follow-ups/<int:followup_id>/ask/", promises.ask_now, name="followup-ask"),
    path("follow-ups/<int:followup_id>/skip/", promises.skip, name="followup-skip"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("settings/", include("desk.urls_settings")),
]
