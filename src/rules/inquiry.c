/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel answered when it was asked about devices. */
#include <inttypes.h>

#include "analyze/inquiry.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

static bool was_asked(const struct host *host, const struct analysis *a)
{
	(void)a;
	return host->sources[SOURCE_INQUIRIES].state != SOURCE_NOT_ASKED;
}

/* What the kernel answered, or was to answer: an errno goes with its call. */
static char *error_text(int error, const char *call)
{
	return text_format("%s at %s", errno_name(error),
			   call ? call : "an unknown call");
}

/* "asked through iommufd, the kernel answered EINVAL at ..." as evidence. */
static void add_answer(struct finding *f, const struct inquiry *q)
{
	cleanup_free char *outcome =
		q->error ? error_text(q->error, q->call) : xstrdup("that it works");
	cleanup_free char *text = text_format("asked through %s, the kernel answered %s",
					      asked_via_name(q->via), outcome);

	finding_add_evidence(f, q->via == ASKED_IOMMUFD ? "/dev/iommu" : "/dev/vfio/vfio",
			     0, text);
}

static void add_subjects(struct judge *j, struct finding *f, const struct inquiry *q)
{
	for (size_t i = 0; i < q->n_devices; i++)
		finding_add_device(j, f, &j->host->devices[q->devices[i]]);
	add_answer(f, q);
}

/* Several together show no more than each alone; through VFIO a group is asked as one. */
static bool is_alone(const struct judge *j, const struct inquiry *q)
{
	const struct device *d = j->host->devices;

	return q->n_devices == 1 ||
	       (q->via == ASKED_VFIO &&
		d[q->devices[0]].group == d[q->devices[q->n_devices - 1]].group);
}

static bool is_about(const struct finding *f, const struct inquiry *q)
{
	for (size_t i = 0; i < q->n_devices; i++) {
		if (finding_has_device(f, q->devices[i]))
			return true;
	}
	return false;
}

void findings_add_answers(struct judge *j)
{
	for (size_t i = 0; i < j->host->n_inquiries; i++) {
		const struct inquiry *q = &j->host->inquiries[i];

		for (size_t n = 0; n < j->findings->n_list && is_alone(j, q); n++) {
			struct finding *f = &j->findings->list[n];

			if (f->id != j->rule->id || !is_about(f, q))
				continue;
			add_answer(f, q);
			if (q->error && !j->analysis->inquiries[i].verdict_differs)
				f->confidence = CONFIDENCE_OBSERVED;
		}
	}
}

static const struct group *group_of_inquiry(struct judge *j, const struct inquiry *q,
					    size_t device)
{
	uint32_t group = j->host->devices[device].group;

	for (size_t i = 0; i < q->n_devices && q->failed_at != device; i++) {
		if (j->host->devices[q->devices[i]].group != group)
			return NULL;
	}
	return host_group(j->host, group);
}

/*
 * Of several together: what is wrong with one of them was reported for that one, and
 * shows again here.
 */
static bool reported_before(const struct judge *j, size_t inquiry)
{
	const struct inquiry *all = &j->host->inquiries[inquiry];

	for (size_t i = 0; i < inquiry; i++) {
		const struct inquiry *q = &j->host->inquiries[i];
		const struct inquiry_view *v = &j->analysis->inquiries[i];

		if (q->via != all->via || !(v->verdict_differs || v->ranges_differ))
			continue;
		for (size_t d = 0; d < all->n_devices; d++) {
			if (all->devices[d] == q->devices[0])
				return true;
		}
	}
	return false;
}

/* By whether the kernel refused, and whether a refusal was predicted. */
static const char *const verdict_wordings[2][2] = {
	{ "The kernel accepts {device} through {via}, with another result than was predicted.",
	  "The kernel accepts {device} through {via}. The prediction was {predicted}." },
	{ "The kernel refuses {device} through {via} with {answer}. The prediction was that it "
	  "works.",
	  "The kernel refuses {device} through {via} with {answer}. The prediction was "
	  "{predicted}." },
};

static void report_verdict(struct judge *j, const struct inquiry *q,
			   const struct inquiry_view *v)
{
	const struct device *d = &j->host->devices[v->predicted_for];
	const struct answer *predicted = &v->predicted;
	bool lost = q->error && predicted->verdict != VERDICT_REFUSED;
	const struct text_word words[] = {
		{ "device", xstrdup(d->name) },
		{ "via", xstrdup(asked_via_name(q->via)) },
		{ "answer", error_text(q->error, q->call) },
		{ "predicted", error_text(predicted->error, predicted->call) },
	};
	cleanup_free char *message =
		text_fill(verdict_wordings[q->error != 0][predicted->error != 0], words,
			  ARRAY_SIZE(words));
	struct finding *f =
		found(j, lost ? SEVERITY_ERROR : SEVERITY_WARNING, CONFIDENCE_OBSERVED,
		      group_of_inquiry(j, q, v->predicted_for), "%s", message);

	add_subjects(j, f, q);
}

/* Which devices were asked about: "0000:01:00.0", "0000:01:00.0 and 2 more". */
static char *subjects_text(const struct judge *j, const struct inquiry *q)
{
	struct text_list list = { .max = 1 };

	for (size_t i = 0; i < q->n_devices; i++)
		text_list_add(&list, j->host->devices[q->devices[i]].name);
	return text_list_take(&list);
}

/* By whether the kernel lets it be mapped. */
static const char *const piece_wordings[] = {
	[false] =
		"The kernel does not let {devices} map {range} through {via}, and nothing "
		"known explains it.",
	[true] = "The kernel lets {devices} map {range} through {via}, and nothing known "
		 "explains it.",
};

static void report_piece(struct judge *j, const struct inquiry *q, const struct piece *p)
{
	const struct text_word words[] = {
		{ "devices", subjects_text(j, q) },
		{ "range", text_of_range(p->range) },
		{ "via", xstrdup(asked_via_name(q->via)) },
	};
	cleanup_free char *message =
		text_fill(piece_wordings[p->usable], words, ARRAY_SIZE(words));
	struct finding *f = found(j, SEVERITY_WARNING, CONFIDENCE_OBSERVED,
				  group_of_inquiry(j, q, q->devices[0]), "%s", message);

	add_subjects(j, f, q);
	if (p->region != NO_INDEX)
		finding_add_region(j, f, &j->host->regions[p->region]);
}

static void report_nothing_left(struct judge *j, const struct inquiry *q)
{
	cleanup_free char *devices = subjects_text(j, q);
	struct finding *f = found(j, SEVERITY_ERROR, CONFIDENCE_OBSERVED,
				  group_of_inquiry(j, q, q->devices[0]),
				  "The kernel lets %s map no address at all through %s.",
				  devices, asked_via_name(q->via));

	add_subjects(j, f, q);
}

static void check_answer_differs_from_prediction(struct judge *j)
{
	for (size_t i = 0; i < j->host->n_inquiries; i++) {
		const struct inquiry *q = &j->host->inquiries[i];
		const struct inquiry_view *v = &j->analysis->inquiries[i];

		if (reported_before(j, i))
			continue;
		if (v->verdict_differs)
			report_verdict(j, q, v);
		else if (v->ranges_differ && !q->n_ranges)
			report_nothing_left(j, q);
		for (size_t p = 0; p < v->n_pieces; p++) {
			if (v->pieces[p].reason == REASON_NONE)
				report_piece(j, q, &v->pieces[p]);
		}
	}
}

const struct rule rule_answer_differs_from_prediction = {
	.id = "answer-differs-from-prediction",
	.title = "The kernel's answer differs from the prediction",
	.severity = SEVERITY_ERROR,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_INQUIRIES),
	.applies = was_asked,
	.no_command = true,
	.check = check_answer_differs_from_prediction,
	.meaning =
		"The kernel was asked about a device (iommu-resv query, or check --query). Its answer "
		"is compared with what sysfs and the rules of its version let expect: whether the "
		"device is refused, with which error and where, and each address that may or may not "
		"be mapped. A difference that nothing explains means that the program does not see "
		"something about this host, or that it is new in this kernel. Trust the answer, not "
		"the prediction.",
	.behaviours = RESTS_ON(BEHAVIOUR_IOMMUFD, BEHAVIOUR_VFIO_CDEV),
	.kernels =
		"Only where the kernel is built with them; VFIO type 1 in all versions.",
	.advice =
		"Trust the kernel. Check dmesg for the time of the query, and report the difference "
		"with the output of iommu-resv snapshot --query.",
};
