package peers

import rego.v1

examined(name) if input.examined == "everything"

examined(name) if {
	is_array(input.examined)
	name in input.examined
}

violated contains "C01" if {
	some record in input.provisions
	record.type == "preemption"
	record.mechanism in ["bars", "suspends"]
	record.displaces.level == "state"
}

violated contains "C02" if {
	some record in input.provisions
	record.type == "preemption"
	is_number(record.duration_years)
	record.duration_years >= 5
}

violated contains "C03" if {
	some record in input.provisions
	record.type == "preemption"
	record.saves.tort == false
}

violated contains "C04" if {
	some record in input.provisions
	record.type == "approval"
	record.mandatory == true
	record.every_covered_model == true
}

violated contains "C05" if {
	some record in input.provisions
	record.type == "restriction"
	record.act == "training"
}

violated contains "C06" if {
	some record in input.provisions
	record.type == "restriction"
	record.act in ["use", "deployment"]
	record.depends_on_risk_finding == false
}

violated contains "C07" if {
	some record in input.provisions
	record.type == "stop_power"
	record.held_by == "agency"
	record.judicial_review in ["ordinary_review", "internal_appeal_only"]
}

violated contains "C08" if {
	some record in input.provisions
	record.type == "coverage_threshold"
	record.of == "model"
	is_number(record.training_compute_flop)
	record.training_compute_flop < 100000000000000000000000000
}

violated contains "C09" if {
	some record in input.provisions
	record.type == "coverage_threshold"
	record.counts_fine_tuning == true
}

violated contains "C10" if {
	some record in input.provisions
	record.type == "incident_report"
	is_number(record.deadline_hours)
	record.deadline_hours > 72
}

violated contains "C11" if {
	some record in input.provisions
	record.type == "disclosure"
	record.mandatory == false
}

violated contains "C12" if {
	some record in input.provisions
	record.type == "disclosure"
	record.kind in ["safety_framework", "risk_report"]
	record.audience == "authority"
}

violated contains "C13" if {
	some record in input.provisions
	record.type == "penalty"
	record.kind == "criminal"
}

violated contains "C14" if {
	some record in input.provisions
	record.type == "penalty"
	is_number(record.maximum_usd)
	record.maximum_usd > 1000000
}

violated contains "C15" if {
	some record in input.provisions
	record.type == "penalty"
	record.uncapped == true
}

violated contains "C16" if {
	some record in input.provisions
	record.type == "liability"
	record.private_action == true
}

violated contains "C17" if {
	some record in input.provisions
	record.type == "safe_harbour"
	record.relief_from == "liability"
}

violated contains "C18" if {
	some record in input.provisions
	record.type == "government_use"
	record.bulk_data_needs_court == false
}

violated contains "C19" if {
	some record in input.provisions
	record.type == "escalation_trigger"
	record.self_executing == true
}

violated contains "C20" if {
	some record in input.provisions
	record.type == "exemption"
	some word in record.persons
	word in ["open_source", "small_developers"]
}

violated contains "C21" if {
	input.status.stage in ["vetoed", "stripped", "rescinded", "defunct"]
}

holds_C22_0(record) if {
	record.mandatory == true
}

fails_C22(record) if {
	record.mandatory != null
	record.mandatory != "contested"
	not holds_C22_0(record)
}

holds_C22_1(record) if {
	record.verifier in ["third_party", "government"]
}

fails_C22(record) if {
	record.verifier != null
	record.verifier != "contested"
	not holds_C22_1(record)
}

possible_C22 if {
	some record in input.provisions
	record.type == "evaluation"
	not fails_C22(record)
}

violated contains "C22" if {
	examined("evaluation")
	not possible_C22
}

holds_C23_0(record) if {
	record.protects_employees == true
}

fails_C23(record) if {
	record.protects_employees != null
	record.protects_employees != "contested"
	not holds_C23_0(record)
}

holds_C23_1(record) if {
	record.protects_contractors == true
}

fails_C23(record) if {
	record.protects_contractors != null
	record.protects_contractors != "contested"
	not holds_C23_1(record)
}

possible_C23 if {
	some record in input.provisions
	record.type == "whistleblower_protection"
	not fails_C23(record)
}

violated contains "C23" if {
	examined("whistleblower_protection")
	not possible_C23
}

holds_C24_0(record) if {
	record.mandatory == true
}

fails_C24(record) if {
	record.mandatory != null
	record.mandatory != "contested"
	not holds_C24_0(record)
}

holds_C24_1(record) if {
	is_number(record.deadline_hours)
	record.deadline_hours <= 72
}

fails_C24(record) if {
	record.deadline_hours != null
	record.deadline_hours != "contested"
	not holds_C24_1(record)
}

possible_C24 if {
	some record in input.provisions
	record.type == "incident_report"
	not fails_C24(record)
}

violated contains "C24" if {
	examined("incident_report")
	not possible_C24
}

holds_C25_0(record) if {
	is_number(record.interval_months)
	record.interval_months <= 12
}

fails_C25(record) if {
	record.interval_months != null
	record.interval_months != "contested"
	not holds_C25_0(record)
}

holds_C25_1(record) if {
	record.published == true
}

fails_C25(record) if {
	record.published != null
	record.published != "contested"
	not holds_C25_1(record)
}

possible_C25 if {
	some record in input.provisions
	record.type == "review"
	not fails_C25(record)
}

violated contains "C25" if {
	examined("review")
	not possible_C25
}

holds_C26_0(record) if {
	record.renewable == true
}

fails_C26(record) if {
	record.renewable != null
	record.renewable != "contested"
	not holds_C26_0(record)
}

possible_C26 if {
	some record in input.provisions
	record.type == "sunset"
	not fails_C26(record)
}

violated contains "C26" if {
	examined("sunset")
	not possible_C26
}

holds_C27_0(record) if {
	record.needs_new_statute == false
}

fails_C27(record) if {
	record.needs_new_statute != null
	record.needs_new_statute != "contested"
	not holds_C27_0(record)
}

possible_C27 if {
	some record in input.provisions
	record.type == "threshold_update"
	not fails_C27(record)
}

violated contains "C27" if {
	examined("threshold_update")
	not possible_C27
}

holds_C28_0(record) if {
	some word in record.enforced_by
	word in ["agency", "attorney_general"]
}

fails_C28(record) if {
	record.enforced_by != null
	record.enforced_by != "contested"
	not holds_C28_0(record)
}

possible_C28 if {
	some record in input.provisions
	record.type == "penalty"
	not fails_C28(record)
}

violated contains "C28" if {
	examined("penalty")
	not possible_C28
}

holds_C29_0(record) if {
	record.mandatory == true
}

fails_C29(record) if {
	record.mandatory != null
	record.mandatory != "contested"
	not holds_C29_0(record)
}

possible_C29 if {
	some record in input.provisions
	record.type == "weight_security"
	not fails_C29(record)
}

violated contains "C29" if {
	examined("weight_security")
	not possible_C29
}

holds_C30_0(record) if {
	record.kind in ["system_card", "safety_framework", "risk_report"]
}

fails_C30(record) if {
	record.kind != null
	record.kind != "contested"
	not holds_C30_0(record)
}

holds_C30_1(record) if {
	some word in record.subjects
	word in ["frontier_models", "general_purpose_models"]
}

fails_C30(record) if {
	record.subjects != null
	record.subjects != "contested"
	not holds_C30_1(record)
}

possible_C30 if {
	some record in input.provisions
	record.type == "disclosure"
	not fails_C30(record)
}

violated contains "C30" if {
	examined("disclosure")
	not possible_C30
}

